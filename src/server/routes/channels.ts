import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { Channel, CreateChannel, UpdateChannel } from '../../channel/definition.ts'
import { SetChannelStatus } from '../../versioning/definition.ts'
import { adminErrors, list, listReply } from '../answers.ts'
import { PageQuery, pageOf, SortQuery, sortOf } from '../query.ts'
import { type Route, route } from '../route.ts'
import { validateRoute } from './validate.ts'
import { versionedRoutes } from './versioned.ts'

const SORTS = ['priority', 'name', 'status', 'channel_type', 'protocol', 'created_at', 'updated_at'] as const

const ChannelList = Type.Object({
  status: Type.Optional(Type.String({ description: 'Status of the latest version' })),
  channel_type: Type.Optional(Type.String({ description: '`sync` or `async`' })),
  protocol: Type.Optional(Type.String({ description: '`rest`, `http` or `kafka`' })),
  tag: Type.Optional(Type.String({ description: 'One of the tags' })),
  ...PageQuery,
  ...SortQuery(SORTS),
})

export function channelRoutes({
  channels: catalog,
  lintChannel,
}: Pick<Catalog, 'channels' | 'lintChannel'>): Route[] {
  const listRoute = route({
    method: 'GET',
    path: '/api/v1/admin/channels',
    operationId: 'list_channels',
    tag: 'Channels',
    summary: 'List channels, each by its latest version',
    query: ChannelList,
    answers: list(Channel),
    errors: adminErrors.list,
    run: (_call, { limit, offset, sort_by, sort_order, channel_type, ...others }) => {
      const filter = channel_type === undefined ? others : { ...others, channelType: channel_type }
      const sort = sortOf({ sort_by, sort_order }, SORTS)
      return listReply(pageOf({ limit, offset }), page => catalog.list(filter, sort, page))
    },
  })
  return [
    listRoute,
    validateRoute({ noun: 'channel', tag: 'Channels', body: CreateChannel, lint: lintChannel }),
    ...versionedRoutes({
      noun: 'channel',
      tag: 'Channels',
      catalog,
      row: Channel,
      create: CreateChannel,
      update: UpdateChannel,
      status: SetChannelStatus,
    }),
  ]
}
