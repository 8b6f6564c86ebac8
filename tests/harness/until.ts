const DEADLINE_MS = 30_000
const POLL_MS = 2

/** Waits until `look` finds something and answers it; throws with what `describe` says when it takes too long. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  describe: () => Promise<string> | string = () => '',
): Promise<Found> {
  const deadline = performance.now() + DEADLINE_MS
  while (performance.now() < deadline) {
    const found = await look()
    if (found !== undefined) return found
    await Bun.sleep(POLL_MS)
  }
  throw new Error(`${what}: not within ${DEADLINE_MS} ms\n${await describe()}`)
}
