import { createServer, type Server, type Socket } from 'node:net'

export interface Listener extends Disposable {
  readonly port: number
  /** Connections that came in. */
  readonly count: () => number
  /** Addresses of this machine that they came to. */
  readonly reached: ReadonlySet<string>
}

/** A port on every address of this machine, of both families, that counts who comes. */
export async function openListener(): Promise<Listener> {
  let count = 0
  const reached = new Set<string>()
  const open = new Set<Socket>()
  const server = createServer(socket => {
    count++
    open.add(socket)
    reached.add(String(socket.localAddress).replace('::ffff:', ''))
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
  })
  await listening(server, '::').catch(() => listening(server, '0.0.0.0'))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a listener without a port')
  return {
    port: address.port,
    count: () => count,
    reached,
    [Symbol.dispose]() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function listening(server: Server, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(0, host, () => resolve())
  return promise
}
