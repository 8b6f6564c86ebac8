const MAX_TEXTS = 10_000

type Build = (method: string, route: string, status: number) => string

/**
 * The part of an access line that repeats from request to request, made once per method, route and status. A line of six
 * ready pieces costs 0.15 µs, one of fourteen 0.9 µs. Routes are patterns, so the texts are few; the bound is for servers
 * whose channels come and go for months.
 */
export function accessMiddle(build: Build): Build {
  let routes = new Map<string, Map<number, Map<string, string>>>()
  let texts = 0

  function make(method: string, route: string, status: number): string {
    if (texts >= MAX_TEXTS) {
      routes = new Map()
      texts = 0
    }
    const statuses = routes.get(route) ?? new Map<number, Map<string, string>>()
    const methods = statuses.get(status) ?? new Map<string, string>()
    const text = flat(build(method, route, status))
    routes.set(route, statuses.set(status, methods.set(method, text)))
    texts++
    return text
  }

  return (method, route, status) => routes.get(route)?.get(status)?.get(method) ?? make(method, route, status)
}

/** A concatenation is a tree until a character of it is read; then it is one piece for good. */
function flat(text: string): string {
  text.charCodeAt(0)
  return text
}
