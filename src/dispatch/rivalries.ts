import { patternShape, sharesMethod } from '../channel/route-collision.ts'
import { byPrecedence, type Route } from '../channel/route-table.ts'
import type { LoadIssues } from './live.ts'
import type { ChannelRuntime } from './snapshot.ts'

type ChannelIssue = LoadIssues['channels'][number]

/**
 * Active channels that stand in the shadow of another one: same name, or same route and a method in common. Activation
 * refuses both, so only a database that something else wrote to has them.
 */
export function rivalries(routes: readonly Route<ChannelRuntime>[]): ChannelIssue[] {
  const names = new Map<string, Route<ChannelRuntime>>()
  const shapes = new Map<string, Route<ChannelRuntime>[]>()
  const issues: ChannelIssue[] = []
  for (const route of routes.toSorted(byPrecedence)) {
    const namesake = names.get(route.name)
    if (namesake) issues.push(shadowed(route, `name "${route.name}"`, namesake))
    else names.set(route.name, route)

    if (route.pattern === null) continue
    const shape = patternShape(route.pattern)
    const others = shapes.get(shape) ?? []
    const rival = others.find(other => sharesMethod(route.methods, other.methods))
    if (rival) issues.push(shadowed(route, `route "${route.pattern}"`, rival))
    shapes.set(shape, [...others, route])
  }
  return issues
}

function shadowed(route: Route<ChannelRuntime>, what: string, winner: Route<ChannelRuntime>): ChannelIssue {
  return {
    channel: route.name,
    channel_id: route.id,
    workflow_id: null,
    reason: `The ${what} belongs to channel "${winner.name}" (${winner.id}), which comes first`,
  }
}
