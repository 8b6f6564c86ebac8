/** A value, or a promise of it where something has to be waited for. */
export type Awaitable<Value> = Value | Promise<Value>

/** All of them; at once when none has to be waited for. */
export function together<Value>(parts: readonly Awaitable<Value>[]): Awaitable<Value[]> {
  const known: Value[] = []
  for (const part of parts) {
    if (part instanceof Promise) return Promise.all(parts)
    known.push(part)
  }
  return known
}
