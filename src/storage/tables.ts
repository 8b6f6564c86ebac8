import { integer, real, sqliteTable, sqliteView, text } from 'drizzle-orm/sqlite-core'

// Columns bear the names of the wire. Only types that SQLite, PostgreSQL and MySQL share are used: text (JSON and time
// stamps included), integer, double. The schema itself, with its keys and checks, is migrations/*.

const tenant = () => text().notNull().default('default')

const workflowColumns = () => ({
  tenant: tenant(),
  workflow_id: text().notNull(),
  version: integer().notNull(),
  name: text().notNull(),
  description: text(),
  priority: integer().notNull(),
  status: text().notNull(),
  rollout_percentage: integer().notNull(),
  condition_json: text().notNull(),
  tasks_json: text().notNull(),
  tags: text().notNull(),
  continue_on_error: integer({ mode: 'boolean' }).notNull(),
  loop_json: text(),
  stop_when_json: text(),
  shadow: integer({ mode: 'boolean' }).notNull().default(false),
  created_at: text().notNull(),
  updated_at: text().notNull(),
})

const channelColumns = () => ({
  tenant: tenant(),
  channel_id: text().notNull(),
  version: integer().notNull(),
  name: text().notNull(),
  description: text(),
  channel_type: text().notNull(),
  protocol: text().notNull(),
  methods: text(),
  route_pattern: text(),
  topic: text(),
  consumer_group: text(),
  transport_config_json: text().notNull(),
  workflow_id: text(),
  config_json: text().notNull(),
  tags: text().notNull(),
  status: text().notNull(),
  priority: integer().notNull(),
  created_at: text().notNull(),
  updated_at: text().notNull(),
})

export const workflows = sqliteTable('workflows', workflowColumns())
/** The highest version of each workflow, whatever its status. */
export const currentWorkflows = sqliteView('current_workflows', workflowColumns()).existing()

export const channels = sqliteTable('channels', channelColumns())
/** The highest version of each channel, whatever its status. */
export const currentChannels = sqliteView('current_channels', channelColumns()).existing()

export const connectors = sqliteTable('connectors', {
  tenant: tenant(),
  id: text().notNull(),
  name: text().notNull(),
  connector_type: text().notNull(),
  config_json: text().notNull(),
  enabled: integer({ mode: 'boolean' }).notNull(),
  tags: text().notNull(),
  created_at: text().notNull(),
  updated_at: text().notNull(),
})

export const traces = sqliteTable('traces', {
  tenant: tenant(),
  id: text().notNull(),
  channel: text().notNull(),
  channel_id: text(),
  mode: text().notNull(),
  status: text().notNull(),
  workflow_version: integer(),
  input_json: text(),
  result_json: text(),
  error_message: text(),
  duration_ms: real(),
  started_at: text(),
  completed_at: text(),
  created_at: text().notNull(),
  updated_at: text().notNull(),
  task_trace_json: text(),
  explain_json: text(),
  answer_notes_json: text(),
  metadata_json: text(),
})

export const secrets = sqliteTable('secrets', {
  tenant: tenant(),
  name: text().notNull(),
  version: integer().notNull(),
  key_id: text().notNull(),
  sealed: text().notNull(),
  created_at: text().notNull(),
  updated_at: text().notNull(),
})

export const auditLogs = sqliteTable('audit_logs', {
  tenant: tenant(),
  id: text().notNull(),
  principal: text().notNull(),
  action: text().notNull(),
  resource_type: text().notNull(),
  resource_id: text().notNull(),
  details: text(),
  created_at: text().notNull(),
})
