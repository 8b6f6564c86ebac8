import type { Method, Route } from './route.ts'

interface Entry {
  readonly segments: readonly string[]
  readonly methods: Method[]
}

/**
 * Which methods a path answers; empty when no route has it. A path without parameters wins over one with them, whatever
 * the method: `validate` is nobody's id. Elysia tells 404 and 405 not apart.
 */
export function methodsByPath(routes: readonly Route[]): (path: string) => readonly Method[] {
  const entries = new Map<string, Entry>()
  for (const { path, method } of routes) {
    const entry = entries.get(path)
    if (entry) entry.methods.push(method)
    else entries.set(path, { segments: path.split('/'), methods: [method] })
  }
  return path => {
    const exact = entries.get(path)
    if (exact) return exact.methods
    const segments = path.split('/')
    for (const entry of entries.values()) {
      if (matches(entry.segments, segments)) return entry.methods
    }
    return []
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false
  return pattern.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))
}
