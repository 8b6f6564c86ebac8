import { createServer, type Socket } from 'node:net'

/** A server of raw bytes. */
export interface FarSide extends Disposable {
  readonly port: number
  /** Requests, more or less: pieces that came in. */
  readonly heard: string[]
  readonly connections: () => number
}

/** Answers each piece that comes in; `turn` counts them from 1. */
export async function openFarSide(
  answer: (socket: Socket, turn: number) => void,
  host = '127.0.0.1',
): Promise<FarSide> {
  const heard: string[] = []
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    connections++
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.on('data', bytes => {
      heard.push(bytes.toString('latin1'))
      answer(socket, heard.length)
    })
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, host, () => resolve())
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server without a port')
  return {
    port: address.port,
    heard,
    connections: () => connections,
    [Symbol.dispose]() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
