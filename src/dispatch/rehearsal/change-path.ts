const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]|[^.[\]]+/g

/** The names and indices of a path, be it one of a change (`data.list[0]["a key"]`) or of a workflow (`data.list.0`). */
export function pathSegments(path: string): string[] {
  return [...path.matchAll(SEGMENT)].map(([whole, quoted]) => unquoted(quoted) ?? whole.replace(/^#/, ''))
}

export function isAtOrBelow(path: readonly string[], place: readonly string[]): boolean {
  return path.length >= place.length && place.every((segment, at) => segment === path[at])
}

function unquoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(JSON.parse(`"${text}"`))
}
