/** Below the ports that systems give to outgoing connections, so that a stopped service finds its port free again. */
const FIRST = 15_000
const COUNT = 15_000
const TRIES = 200

/** A port of 127.0.0.1 on which nobody listens. */
export function freePort(): number {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (isFree(port)) return port
  }
  throw new Error(`No free port of 127.0.0.1 was found in ${FIRST} to ${FIRST + COUNT - 1}`)
}

export function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: '127.0.0.1', port, socket: { data: () => undefined } }).stop(true)
    return true
  } catch {
    return false
  }
}
