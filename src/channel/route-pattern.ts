/** First segments that belong to the data plane itself; a channel can neither begin its route with one nor be named so. */
export const RESERVED_SEGMENTS: ReadonlySet<string> = new Set(['traces', 'async', 'openapi.json'])

/** One segment of a pattern: a lower-cased static text, or a parameter. */
export type PatternSegment = { readonly text: string } | { readonly parameter: string }

/** Segments of a pattern that `routePatternProblem` finds nothing wrong with. Empty segments do not count. */
export function patternSegments(pattern: string): PatternSegment[] {
  return pattern
    .split('/')
    .filter(segment => segment !== '')
    .map(segment =>
      segment.startsWith('{') ? { parameter: segment.slice(1, -1) } : { text: lowerAscii(segment) },
    )
}

/** What is wrong with a route pattern, as the end of a sentence that begins with it; undefined when nothing is. */
export function routePatternProblem(pattern: string): string | undefined {
  const segments = pattern.split('/').filter(segment => segment !== '')
  const first = segments[0]
  if (first === undefined) return 'has no segment; a pattern looks like "/orders/{id}"'
  if (isReservedSegment(first)) {
    return `begins with "${first}", which belongs to the data plane itself (${[...RESERVED_SEGMENTS].join(', ')})`
  }
  if (segments.length > 1 && isAsyncSuffix(segments.at(-1))) {
    return 'ends in "async", which asks for asynchronous work on the route before it'
  }
  const parameters = new Set<string>()
  for (const segment of segments) {
    const problem = segmentProblem(segment, parameters)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** True for a first segment or a channel name that the data plane keeps for itself. */
export function isReservedSegment(text: string): boolean {
  return RESERVED_SEGMENTS.has(lowerAscii(text))
}

/** True for the last segment of a path that asks for asynchronous work. */
export function isAsyncSuffix(segment: string | undefined): boolean {
  return segment === 'async'
}

function segmentProblem(segment: string, parameters: Set<string>): string | undefined {
  if (segment === '.' || segment === '..') return `has the segment "${segment}", which no client can send`
  if (segment.includes('*')) return `has a wildcard in "${segment}"; write a parameter such as {name}`
  if (!/[{}]/.test(segment)) return undefined
  const name = /^\{([^{}]+)\}$/.exec(segment)?.[1]
  if (name === undefined || name.trim() === '') {
    return `has the segment "${segment}"; a parameter is a whole segment such as {name}`
  }
  if (parameters.has(name)) return `has the parameter "${name}" twice`
  parameters.add(name)
  return undefined
}

/** ASCII letters in lower case, all else as it is: `toLowerCase` would also fold letters such as the Kelvin sign. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}
