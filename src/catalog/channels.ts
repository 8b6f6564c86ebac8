import { channelProblems, normalizeChannel } from '../channel/check.ts'
import { type Channel, CreateChannel } from '../channel/definition.ts'
import { keepMaskedChannel, maskChannelConfig, shownField } from '../channel/masking.ts'
import type { Source } from '../dispatch/live.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { Detail } from '../errors.ts'
import type { Limits } from '../expression/expression.ts'
import { isObject, type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { ChannelFilter, ChannelRepository } from '../storage/store.ts'
import { SetChannelStatus } from '../versioning/definition.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { reservedIdProblems } from '../versioning/reserved-ids.ts'
import { checked, givenFields, objectBody } from './bodies.ts'
import { channelObstacles } from './gates.ts'
import { asStored } from './source-order.ts'
import type { VersionedKind } from './versioned-kind.ts'

export function channelKind(
  rows: ChannelRepository,
  { functions, limits }: { readonly functions: FunctionTable; readonly limits: Limits },
): VersionedKind<Channel, ChannelFilter> {
  return {
    name: 'channel',
    rows,
    idOf: row => row.channel_id,
    create(body, newId, at, stored) {
      const { candidate, problems } = unmasked(normalizeChannel(objectBody(body)), stored?.config)
      const fixed = stored === undefined ? reservedId(candidate) : fixedProblems(stored, candidate)
      const all = onePerPath([...fixed, ...problems, ...channelProblems(candidate, limits)])
      const given = checked(CreateChannel, candidate, all)
      return firstDraft(given.channel_id ?? newId(), contentOf(given), at)
    },
    asDraft: row => ({ ...row, status: 'draft' }),
    update(draft, body) {
      const asked = normalizeChannel(givenFields(objectBody(body)))
      const { candidate: given, problems } = unmasked(asked, draft.config)
      const { channel_id, channel_type, protocol } = draft
      const candidate = normalizeChannel({ ...draft, ...given, channel_id, channel_type, protocol })
      const all = [
        ...fixedProblems(draft, given),
        ...onePerPath([...problems, ...channelProblems(candidate, limits)]),
      ]
      return { ...draft, ...contentOf(checked(CreateChannel, candidate, all)) }
    },
    readStatus(body) {
      const given = objectBody(body)
      return checked(SetChannelStatus, given, schemaProblems(SetChannelStatus, given))
    },
    sharing: row => row,
    watching: row => row,
    storeWatch: () => [],
    joining: () => Promise.resolve(undefined),
    problems: row => channelProblems({ ...row }, limits),
    obstacles: (row, source) => channelObstacles(row, source, functions),
    activeIn,
    shown: row => ({ ...row, config: maskChannelConfig(row.config) }),
    fields: row => ({ ...row }),
    showField: shownField,
  }
}

function reservedId(candidate: JsonObject): Detail[] {
  return reservedIdProblems('channel', 'channel_id', own(candidate, 'channel_id'))
}

/** The candidate with the stored secrets where it has masks. */
function unmasked(candidate: JsonObject, stored: JsonObject | undefined) {
  const config = own(candidate, 'config')
  if (!isObject(config)) return { candidate, problems: [] }
  const kept = keepMaskedChannel(config, stored)
  return { candidate: { ...candidate, config: kept.config }, problems: kept.problems }
}

/** The fields in the order in which every read has them. */
function firstDraft(channel_id: string, content: ReturnType<typeof contentOf>, at: string): Channel {
  const { priority, ...rest } = content
  return {
    channel_id,
    version: 1,
    ...rest,
    status: 'draft',
    priority,
    created_at: at,
    updated_at: at,
  }
}

function contentOf(given: CreateChannel) {
  return {
    name: given.name,
    description: given.description ?? null,
    channel_type: given.channel_type,
    protocol: given.protocol,
    methods: given.methods ?? null,
    route_pattern: given.route_pattern ?? null,
    topic: given.topic ?? null,
    consumer_group: given.consumer_group ?? null,
    transport_config: given.transport_config ?? {},
    workflow_id: given.workflow_id ?? null,
    config: { ...given.config },
    tags: given.tags ?? [],
    priority: given.priority ?? 0,
  }
}

/** What a channel is made as, it stays: naming it in an update is fine as long as it is the same. */
function fixedProblems(draft: Channel, given: JsonObject): Detail[] {
  return (['channel_type', 'protocol'] as const).flatMap(path => {
    const asked = own(given, path)
    if (asked === undefined || asked === draft[path]) return []
    const message = `${path} cannot be changed from '${draft[path]}'; create another channel`
    return [{ path, code: 'INVALID_ENUM', message, expected: `"${draft[path]}"`, got: asked }]
  })
}

function activeIn(source: Source, id: string, row: Channel | undefined): Source {
  const others = source.channels.filter(other => other.channel_id !== id)
  if (row === undefined) return { ...source, channels: others }
  return { ...source, channels: [...others, row].toSorted(asStored(channel => channel.channel_id)) }
}
