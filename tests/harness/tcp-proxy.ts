import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../scripts/backing/free-port.ts'

/** What goes wrong between a client and the far side, for connections that are open and for those to come. */
export type Fault =
  /** Nothing. */
  | 'pass'
  /** Nobody listens; what is open is reset. */
  | 'refuse'
  /** Connections are accepted and nothing is passed on; afterwards what was held is. */
  | 'hang'
  /** What the far side says is replaced by bytes of no protocol; a client that it never knew gets some as well. */
  | 'garbage'
  /** Each connection is reset when so many bytes of answers have passed since. */
  | { readonly resetAfter: number }
  /** Answers pass so many bytes at a time. */
  | { readonly drip: number; readonly everyMs: number }

export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections accepted so far. */
  readonly opened: number
  /** Connections that are open. */
  readonly open: number
  /** The same URL by way of this proxy. */
  through(url: string): string
  set(fault: Fault): Promise<void>
  /** Resets every open connection. */
  cut(): void
}

const GARBAGE = Buffer.from(Array.from({ length: 256 }, (_, at) => (at * 151 + 89) % 256))

/** A port of 127.0.0.1 in front of another, whose faults a test chooses. */
export async function openProxy(upstream: {
  readonly host?: string
  readonly port: number
}): Promise<TcpProxy> {
  const port = freePort()
  const links = new Set<Link>()
  let fault: Fault = 'pass'
  let opened = 0
  let server: Server | undefined
  const accept = (client: Socket) => {
    opened++
    const link = new Link(client, upstream, () => fault)
    links.add(link)
    client.once('close', () => links.delete(link))
    link.pump()
  }
  const cut = () => {
    for (const link of links) link.reset()
  }
  const refuse = async () => {
    const closed = Promise.withResolvers<void>()
    if (server === undefined) closed.resolve()
    else server.close(() => closed.resolve())
    server = undefined
    cut()
    await closed.promise
  }
  server = await listen(port, accept)
  return {
    port,
    get opened() {
      return opened
    },
    get open() {
      return links.size
    },
    through(url) {
      const changed = new URL(url)
      changed.host = `127.0.0.1:${port}`
      return changed.href
    },
    async set(next) {
      fault = next
      if (next === 'refuse') return await refuse()
      server ??= await listen(port, accept)
      for (const link of links) link.turn()
    },
    cut,
    [Symbol.asyncDispose]: refuse,
  }
}

async function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  return server
}

/** One connection of a client, and the one to the far side that stands behind it, as soon as there has to be one. */
class Link {
  readonly #client: Socket
  readonly #upstream: { readonly host?: string; readonly port: number }
  readonly #fault: () => Fault
  #far: Socket | undefined
  #asked: Buffer = Buffer.alloc(0)
  #answered: Buffer = Buffer.alloc(0)
  #passed = 0
  #farEnded = false
  #clientEnded = false
  #ticker: NodeJS.Timeout | undefined

  constructor(
    client: Socket,
    upstream: { readonly host?: string; readonly port: number },
    fault: () => Fault,
  ) {
    this.#client = client
    this.#upstream = upstream
    this.#fault = fault
    client.on('data', chunk => {
      this.#asked = Buffer.concat([this.#asked, Buffer.from(chunk)])
      this.pump()
    })
    client.on('end', () => {
      this.#clientEnded = true
      this.pump()
    })
    client.on('error', () => client.destroy())
    client.on('close', () => {
      clearInterval(this.#ticker)
      this.#far?.destroy()
    })
    if (fault() === 'garbage') client.write(GARBAGE)
  }

  /** Takes up another fault. */
  turn(): void {
    clearInterval(this.#ticker)
    this.#ticker = undefined
    this.#passed = 0
    this.pump()
  }

  reset(): void {
    this.#client.resetAndDestroy()
  }

  /** Passes on what may pass by now. */
  pump(): void {
    const fault = this.#fault()
    if (fault === 'hang' || fault === 'garbage') {
      if (this.#clientEnded) this.#client.destroy()
      else if (fault === 'garbage') this.#babble()
      return
    }
    this.#ask()
    if (typeof fault === 'string') this.#answer(this.#answered.length)
    else if ('drip' in fault) this.#ticker ??= setInterval(() => this.#answer(fault.drip), fault.everyMs)
    else this.#answerUpTo(fault.resetAfter)
  }

  #ask(): void {
    this.#far ??= this.#dial()
    if (this.#asked.length > 0) this.#far.write(this.#asked)
    this.#asked = Buffer.alloc(0)
    if (this.#clientEnded) this.#far.end()
  }

  #answer(bytes: number): void {
    if (bytes > 0 && this.#answered.length > 0) this.#client.write(this.#answered.subarray(0, bytes))
    this.#answered = this.#answered.subarray(bytes)
    if (this.#farEnded && this.#answered.length === 0) this.#client.end()
  }

  #answerUpTo(limit: number): void {
    const bytes = Math.min(this.#answered.length, limit - this.#passed)
    this.#passed += bytes
    const isOver = this.#passed === limit && (bytes > 0 || this.#answered.length > 0)
    this.#answer(bytes)
    if (isOver) this.reset()
  }

  #babble(): void {
    if (this.#asked.length + this.#answered.length > 0) this.#client.write(GARBAGE)
    this.#asked = Buffer.alloc(0)
    this.#answered = Buffer.alloc(0)
  }

  #dial(): Socket {
    const far = connect({
      host: this.#upstream.host ?? '127.0.0.1',
      port: this.#upstream.port,
      allowHalfOpen: true,
      noDelay: true,
    })
    far.on('data', chunk => {
      this.#answered = Buffer.concat([this.#answered, Buffer.from(chunk)])
      this.pump()
    })
    far.on('end', () => {
      this.#farEnded = true
      this.pump()
    })
    far.on('error', () => this.reset())
    return far
  }
}
