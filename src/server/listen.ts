import type { Edge } from './edge.ts'

export interface ListenAt {
  /** IP address or a name of this machine. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** An open port. */
export interface Listener {
  readonly host: string
  readonly port: number
  readonly url: string
  /**
   * Stops accepting at once; resolves true when the last answer is out, false when `deadlineMs` passed first and the
   * connections that were left have been cut.
   */
  stop(deadlineMs: number): Promise<boolean>
}

/** Bun refuses what is above its own limit with an empty answer; ours comes first, with the envelope. */
const BODY_HEADROOM_BYTES = 64 * 1024 * 1024

/** Opens the port; throws when it is taken. */
export function listen(edge: Edge, at: ListenAt, maxBodyBytes: number): Listener {
  const server = open(edge, at, maxBodyBytes)
  return {
    host: at.host,
    port: server.port ?? at.port,
    url: server.url.origin,
    stop: async deadlineMs => {
      const { promise: tooLate, resolve } = Promise.withResolvers<false>()
      const timer = setTimeout(resolve, deadlineMs, false)
      const drained = await Promise.race([server.stop().then(() => true), tooLate])
      clearTimeout(timer)
      if (!drained) await server.stop(true)
      return drained
    },
  }
}

function open(edge: Edge, { host, port }: ListenAt, maxBodyBytes: number) {
  try {
    return Bun.serve({
      hostname: host,
      port,
      // A second server on the port would start in silence and take half of the traffic.
      reusePort: false,
      // Bun's idle timeout also cuts a handler that takes longer; runs have deadlines of their own.
      idleTimeout: 0,
      maxRequestBodySize: maxBodyBytes + BODY_HEADROOM_BYTES,
      development: false,
      fetch: (request, server) => edge(request, server),
    })
  } catch (cause) {
    throw new Error(`Cannot listen on ${host}:${port}: ${reason(cause)}`, { cause })
  }
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') return 'another process listens there; stop it or set another server.port'
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address; set server.host to one that it has'
  if (code === 'EACCES') return 'ports below 1024 need the right to open them; set another server.port'
  return String(cause instanceof Error ? cause.message : cause)
}
