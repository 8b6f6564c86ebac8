import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

/** An answer as it stands on the wire, its body decoded from chunks. */
export interface RawAnswer {
  readonly status: number
  /** Lower-case names; the last of a repeated one. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A TCP connection that says exactly what it is told to, for what `fetch` would never send. */
export interface RawConnection extends Disposable {
  write(data: string | Uint8Array): void
  /** The next whole answer; throws when the connection ends before it. */
  answer(): Promise<RawAnswer>
  /** Resolves when the other end has closed. */
  closed(): Promise<void>
  /** Cuts the connection without a goodbye. */
  reset(): void
}

export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1')
  const state = { received: Buffer.alloc(0), ended: false }
  socket.setNoDelay(true)
  socket.on('data', chunk => {
    state.received = Buffer.concat([state.received, Buffer.from(chunk)])
  })
  socket.on('close', () => {
    state.ended = true
  })
  await connected(socket)
  return {
    write: data => void socket.write(data),
    async answer() {
      const found = await until(
        'An answer is there',
        () => {
          const taken = takeAnswer(state.received)
          if (taken === undefined && state.ended) throw new Error(`closed after "${state.received}"`)
          return taken
        },
        () => `received: "${state.received}"`,
      )
      state.received = state.received.subarray(found.length)
      return found.answer
    },
    closed: async () => {
      await until('The server closes the connection', () => state.ended || undefined)
    },
    reset: () => void socket.resetAndDestroy(),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** One request whose head is given without its blank line, and its answer. */
export async function exchangeRaw(
  port: number,
  head: string,
  body: string | Uint8Array = '',
): Promise<RawAnswer> {
  using connection = await openConnection(port)
  connection.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n`)
  if (body.length > 0) connection.write(body)
  return await connection.answer()
}

async function connected(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('connect', resolve)
  socket.once('error', reject)
  await promise
  // What breaks later is seen as an end.
  socket.on('error', () => undefined)
}

function takeAnswer(received: Buffer): { answer: RawAnswer; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n')
  const headers = new Map(lines.map(headerOf))
  const rest = received.subarray(headEnd + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? takeChunks(rest) : takeLength(rest, headers)
  if (body === undefined) return undefined
  return {
    answer: { status: Number(statusLine.split(' ')[1]), headers, body: body.text },
    length: headEnd + 4 + body.length,
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function takeLength(rest: Buffer, headers: ReadonlyMap<string, string>) {
  const length = Number(headers.get('content-length') ?? 0)
  return rest.length < length ? undefined : { text: rest.toString('utf8', 0, length), length }
}

function takeChunks(rest: Buffer) {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (rest.length < next) return undefined
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), length: next }
    parts.push(rest.subarray(lineEnd + 2, next - 2))
    at = next
  }
}
