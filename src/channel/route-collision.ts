import type { Channel } from './definition.ts'
import { patternSegments } from './route-pattern.ts'

type Routed = Pick<Channel, 'channel_id' | 'methods' | 'route_pattern'>

/**
 * The first of `others` whose pattern is equal to the candidate's but for parameter names and shares a method with it.
 * Versions of the candidate itself never collide with it.
 */
export function routeCollision<Other extends Routed>(
  candidate: Routed,
  others: readonly Other[],
): Other | undefined {
  if (candidate.route_pattern === null) return undefined
  const shape = patternShape(candidate.route_pattern)
  return others.find(
    other =>
      other.channel_id !== candidate.channel_id &&
      other.route_pattern !== null &&
      sharesMethod(candidate.methods, other.methods) &&
      patternShape(other.route_pattern) === shape,
  )
}

/** Equal for patterns that match the same paths. */
export function patternShape(pattern: string): string {
  return patternSegments(pattern)
    .map(segment => ('parameter' in segment ? '{}' : segment.text))
    .join('/')
}

/** No list and an empty list mean any method. */
export function sharesMethod(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null || a.length === 0 || b.length === 0) return true
  const methods = new Set(a.map(method => method.toUpperCase()))
  return b.some(method => methods.has(method.toUpperCase()))
}
