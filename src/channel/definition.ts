import type { JsonObject } from '../std/json.ts'
import type { Status } from '../versioning/status.ts'

/** One stored version of a channel, as the admin API shows it (contract 4.1). */
export interface Channel {
  channel_id: string
  version: number
  name: string
  description: string | null
  channel_type: 'sync' | 'async'
  protocol: 'rest' | 'http' | 'kafka'
  methods: string[] | null
  route_pattern: string | null
  topic: string | null
  consumer_group: string | null
  transport_config: JsonObject
  workflow_id: string | null
  config: JsonObject
  tags: string[]
  status: Status
  priority: number
  created_at: string
  updated_at: string
}
