import type { Channel } from '../../channel/definition.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import type { ChannelFilter, ChannelRepository } from '../store.ts'
import { channels, currentChannels as current } from '../tables.ts'
import type { Cells } from './cells.ts'
import { STATUSES, type VersionedKind, VersionedRows, versionColumns } from './versioned.ts'

const kind: VersionedKind<Channel, ChannelFilter> = {
  noun: 'channel',
  idColumn: 'channel_id',
  table: channels,
  columns: versionColumns(channels, channels.channel_id),
  current,
  currentColumns: versionColumns(current, current.channel_id),
  sortable: {
    priority: current.priority,
    name: current.name,
    status: current.status,
    channel_type: current.channel_type,
    protocol: current.protocol,
    created_at: current.created_at,
    updated_at: current.updated_at,
  },
  rollout: undefined,
  identity: row => ({ id: row.channel_id, version: row.version }),
  frame,
  content,
  decode,
  filters: ({ status, channelType, protocol, tag }) => ({
    equal: [
      [current.status, status],
      [current.channel_type, channelType],
      [current.protocol, protocol],
    ],
    tag,
  }),
}

export function channelRepository(reader: Reader, scope: Scope): ChannelRepository {
  return new VersionedRows(kind, reader, scope)
}

function frame(row: Channel): Record<string, unknown> {
  return {
    channel_id: row.channel_id,
    version: row.version,
    status: row.status,
    created_at: row.created_at,
  }
}

function content(row: Channel): Record<string, unknown> {
  return {
    name: row.name,
    description: row.description,
    channel_type: row.channel_type,
    protocol: row.protocol,
    methods: row.methods === null ? null : JSON.stringify(row.methods),
    route_pattern: row.route_pattern,
    topic: row.topic,
    consumer_group: row.consumer_group,
    transport_config_json: JSON.stringify(row.transport_config),
    workflow_id: row.workflow_id,
    config_json: JSON.stringify(row.config),
    tags: JSON.stringify(row.tags),
    priority: row.priority,
    updated_at: row.updated_at,
  }
}

function decode(cells: Cells): Channel {
  return {
    channel_id: cells.text('channel_id'),
    version: cells.number('version'),
    name: cells.text('name'),
    description: cells.textOrNull('description'),
    channel_type: cells.oneOf('channel_type', ['sync', 'async']),
    protocol: cells.oneOf('protocol', ['rest', 'http', 'kafka']),
    methods: cells.stringsOrNull('methods'),
    route_pattern: cells.textOrNull('route_pattern'),
    topic: cells.textOrNull('topic'),
    consumer_group: cells.textOrNull('consumer_group'),
    transport_config: cells.object('transport_config_json'),
    workflow_id: cells.textOrNull('workflow_id'),
    config: cells.object('config_json'),
    tags: cells.strings('tags'),
    status: cells.oneOf('status', STATUSES),
    priority: cells.number('priority'),
    created_at: cells.text('created_at'),
    updated_at: cells.text('updated_at'),
  }
}
