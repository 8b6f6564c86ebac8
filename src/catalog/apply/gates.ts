import type { Channel } from '../../channel/definition.ts'
import { patternShape, sharesMethod } from '../../channel/route-collision.ts'
import type { Source } from '../../dispatch/live.ts'
import type { FunctionTable } from '../../engine/functions-api.ts'
import type { Detail } from '../../errors.ts'
import type { Turns } from '../../std/turns.ts'
import { channelObstacles, type Obstacle, workflowObstacles } from '../gates.ts'
import type { Kind } from '../lint.ts'

/** Where the body declares a definition; undefined for one that it does not list. */
export type PathOf = (kind: Kind, id: string) => string | undefined

interface Judged {
  readonly before: Source
  readonly after: Source
  readonly pathOf: PathOf
  readonly functions: FunctionTable
  readonly turns: Turns
}

/**
 * What cannot be live together, judged on the source as a whole: names and routes may change hands within one apply.
 * What is not listed counts only where the apply takes something from it.
 */
export async function obstacles(judged: Judged): Promise<Detail[]> {
  return [
    ...connectorNames(judged),
    ...channelNames(judged),
    ...routes(judged),
    ...idleChannels(judged),
    ...(await missingConnectors(judged)),
  ]
}

/** What a listed definition names has to be there, and what others name must not be taken from them. */
async function missingConnectors({ before, after, pathOf, functions, turns }: Judged): Promise<Detail[]> {
  const enabled = enabledNames(after)
  const lost = new Set([...enabledNames(before)].filter(name => !enabled.has(name)))
  const found: Detail[] = []
  for (const workflow of after.workflows) {
    const path = pathOf('workflow', workflow.workflow_id)
    if (path === undefined && lost.size === 0) continue
    await turns.restIfDue()
    const missing = workflowObstacles(workflow, after, functions)
    found.push(...told(missing, path, lost, `active workflow '${workflow.workflow_id}'`, pathOf))
  }
  const connectorsAlone = { ...after, channels: [], workflows: [] }
  for (const channel of after.channels) {
    const path = pathOf('channel', channel.channel_id)
    const missing = channelObstacles(channel, connectorsAlone, functions).filter(
      ({ gate }) => gate === 'connector-enabled',
    )
    found.push(...told(missing, path, lost, `active channel '${channel.channel_id}'`, pathOf))
  }
  return found
}

function enabledNames({ connectors }: Source): Set<string> {
  return new Set(connectors.filter(({ enabled }) => enabled).map(({ name }) => name))
}

function told(
  missing: readonly Obstacle[],
  path: string | undefined,
  lost: ReadonlySet<string>,
  who: string,
  pathOf: PathOf,
): Detail[] {
  return missing.flatMap(({ path: inner, message, expected, other }): Detail[] => {
    if (path !== undefined) return [{ path: `${path}.${inner}`, code: 'NOT_AVAILABLE', message, expected }]
    if (!lost.has(other.id)) return []
    const place = pathOf('connector', other.id) ?? 'definitions'
    return [{ path: place, code: 'NOT_AVAILABLE', message: `${who} needs connector '${other.id}'`, expected }]
  })
}

function connectorNames({ after, pathOf }: Judged): Detail[] {
  const byName = Map.groupBy(after.connectors, ({ name }) => name)
  return [...byName.values()].flatMap(([first, ...others]) =>
    others.flatMap(other => {
      const path = pathOf('connector', other.name)
      if (first === undefined || path === undefined) return []
      return [taken(`${path}.name`, `its name '${other.name}' belongs to connector '${first.id}', too`)]
    }),
  )
}

function channelNames({ after, pathOf }: Judged): Detail[] {
  const byName = Map.groupBy(after.channels, ({ name }) => name)
  return listed(after.channels, pathOf).flatMap(({ channel, path }) => {
    const other = byName.get(channel.name)?.find(({ channel_id }) => channel_id !== channel.channel_id)
    if (other === undefined) return []
    const message = `its name '${channel.name}' belongs to active channel '${other.channel_id}'`
    return [taken(`${path}.name`, message)]
  })
}

function routes({ after, pathOf }: Judged): Detail[] {
  const shapeOf = ({ route_pattern }: Channel) =>
    route_pattern === null ? undefined : patternShape(route_pattern)
  const byShape = Map.groupBy(after.channels, shapeOf)
  return listed(after.channels, pathOf).flatMap(({ channel, path }) => {
    const shape = shapeOf(channel)
    if (shape === undefined) return []
    const other = byShape
      .get(shape)
      ?.find(one => one.channel_id !== channel.channel_id && sharesMethod(one.methods, channel.methods))
    if (other === undefined) return []
    const message = `its route '${channel.route_pattern}' collides with '${other.route_pattern}' of active channel '${other.channel_id}' ('${other.name}')`
    return [taken(`${path}.route_pattern`, message)]
  })
}

function idleChannels({ before, after, pathOf }: Judged): Detail[] {
  const had = new Set(before.workflows.map(({ workflow_id }) => workflow_id))
  const has = new Set(after.workflows.map(({ workflow_id }) => workflow_id))
  return after.channels.flatMap(({ channel_id, workflow_id }) => {
    if (workflow_id === null || has.has(workflow_id)) return []
    const own = pathOf('channel', channel_id)
    if (own !== undefined) {
      return [absent(`${own}.workflow_id`, `its workflow '${workflow_id}' has no active version`)]
    }
    const workflow = pathOf('workflow', workflow_id)
    if (workflow === undefined || !had.has(workflow_id)) return []
    return [absent(`${workflow}.status`, `active channel '${channel_id}' needs it; archive that one as well`)]
  })
}

function listed(channels: readonly Channel[], pathOf: PathOf): { channel: Channel; path: string }[] {
  return channels.flatMap(channel => {
    const path = pathOf('channel', channel.channel_id)
    return path === undefined ? [] : [{ channel, path }]
  })
}

function taken(path: string, message: string): Detail {
  return { path, code: 'DUPLICATE', message, expected: 'one that no other active definition has' }
}

function absent(path: string, message: string): Detail {
  return { path, code: 'NOT_AVAILABLE', message, expected: 'an active workflow behind every active channel' }
}
