/** A UUID v7: ordered by time, so that rows keyed by it are appended. */
export function newId(): string {
  return Bun.randomUUIDv7()
}

/** When an id was made, in milliseconds since the Unix epoch. */
export function instantOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
