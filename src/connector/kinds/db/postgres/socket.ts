import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Dialler } from '../../../egress/dialler.ts'
import { networkReason } from '../../../egress/network-reason.ts'
import { unavailable } from '../../../failure.ts'
import type { ServerAddress } from '../connection-string.ts'
import { type TlsWish, tlsOptions } from '../tls-wish.ts'

/** Length 8, code 80877103. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const YES = 0x53

export interface PostgresWay {
  /** Of the connector. */
  readonly name: string
  readonly address: ServerAddress
  readonly dialler: Dialler
  readonly tls: TlsWish | undefined
}

/** A connection on which the first message may be sent, encrypted if the address asks for it. */
export async function openSocket(way: PostgresWay, signal: AbortSignal): Promise<Socket> {
  const { host, port } = way.address
  const plain = await way.dialler.connect({ host, port }, signal)
  plain.setNoDelay(true)
  plain.setKeepAlive(true, 60_000)
  if (way.tls === undefined) return plain
  const leave = () => plain.destroy(new Error('no connection in time'))
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await encrypted(plain, way.tls)
  } catch (error) {
    plain.destroy()
    throw unavailable(way.name, `TLS: ${networkReason(error)}`, {
      stage: 'tls',
      isUntouched: true,
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

async function encrypted(plain: Socket, wish: TlsWish): Promise<Socket> {
  await agreed(plain)
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connectTls({ socket: plain, ...tlsOptions(wish) })
  const fail = (error: unknown) =>
    reject(error instanceof Error ? error : new Error('the connection was closed'))
  socket.once('error', fail)
  socket.once('close', fail)
  socket.once('secureConnect', () => {
    socket.off('error', fail)
    socket.off('close', fail)
    resolve(socket)
  })
  return promise
}

/** The server answers with one byte; anything behind it could have been put there by somebody else. */
function agreed(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (error: unknown) =>
    reject(error instanceof Error ? error : new Error('the connection was closed'))
  const listen = (answer: Buffer) => {
    if (answer.length === 1 && answer[0] === YES) resolve()
    else reject(new Error('the server does not speak TLS'))
  }
  socket.once('error', fail)
  socket.once('close', fail)
  socket.once('data', listen)
  socket.write(TLS_REQUEST)
  return promise.finally(() => {
    socket.off('error', fail)
    socket.off('close', fail)
    socket.off('data', listen)
  })
}
