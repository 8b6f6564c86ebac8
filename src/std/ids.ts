/** A UUID v7: ordered by time, so that rows keyed by it are appended. */
export function newId(): string {
  return Bun.randomUUIDv7()
}
