import { openSocket, type PostgresWay } from './socket.ts'

/** Who a backend is, for whoever wants to stop it. */
export interface BackendKey {
  readonly pid: number
  readonly secret: number
}

const CANCEL = 80_877_102

/** Asks the server over a connection of its own to stop what a backend runs; the server closes it when that is done. */
export async function cancelQuery(
  way: PostgresWay,
  { pid, secret }: BackendKey,
  signal: AbortSignal,
): Promise<void> {
  const socket = await openSocket(way, signal)
  const { promise, resolve } = Promise.withResolvers<void>()
  const message = Buffer.alloc(16)
  message.writeInt32BE(16, 0)
  message.writeInt32BE(CANCEL, 4)
  message.writeUInt32BE(pid, 8)
  message.writeUInt32BE(secret, 12)
  const leave = () => resolve()
  socket.on('error', leave)
  socket.on('close', leave)
  socket.on('data', () => undefined)
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  socket.write(message)
  await promise.finally(() => {
    signal.removeEventListener('abort', leave)
    socket.destroy()
  })
}
