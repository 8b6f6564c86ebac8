import { HTTPParser } from 'node:_http_common'
import type { Socket } from 'node:net'
import { aborted, faultOf, HttpFault, tooLarge } from './http-fault.ts'
import { answerHeaders, type HttpAnswer, type HttpRequest, messageHead } from './http-message.ts'

const MAX_HEADER_BYTES = 65_536
const ASCII = /^[\0-\x7f]*$/
const EMPTY = new Uint8Array(0)

/** One request under way and what has come of its answer. */
interface Turn {
  readonly isHead: boolean
  readonly maxBytes: number
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: unknown) => void
  status: number
  headers: string[]
  readonly body: Uint8Array[]
  bytes: number
  hasBegun: boolean
  isDone: boolean
}

/**
 * One connection on which requests follow each other. What comes in is read by llhttp, the strict way; anything that was
 * not asked for closes it.
 */
export class HttpConnection {
  readonly #socket: Socket
  readonly #parser = new HTTPParser()
  #turn: Turn | undefined
  #served = 0
  #isKept = true
  /** When it began to wait for its next request; monotonic. */
  idleSinceMs = 0

  /** `closed` is called once, when it is. */
  constructor(socket: Socket, closed: () => void) {
    this.#socket = socket
    socket.setNoDelay(true)
    this.#listen()
    socket.on('data', (bytes: Uint8Array) => this.#read(bytes))
    socket.on('error', error => this.#fail(error))
    socket.on('end', () => this.#end())
    socket.on('close', () => {
      this.#fail(new Error('the connection was closed'))
      this.#parser.close()
      closed()
    })
  }

  /** Whether another request may go out on it. */
  get isUsable(): boolean {
    return this.#isKept && this.#turn === undefined && !this.#socket.destroyed
  }

  /** One at a time. Rejects with HttpFault; throws for a request that cannot be written. */
  exchange(request: HttpRequest, maxBytes: number): Promise<HttpAnswer> {
    const head = messageHead(request)
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    this.#turn = {
      isHead: request.method === 'HEAD',
      maxBytes,
      resolve,
      reject,
      status: 0,
      headers: [],
      body: [],
      bytes: 0,
      hasBegun: false,
      isDone: false,
    }
    this.#write(head, request.body)
    return promise
  }

  /** The request under way, if any, is given up. */
  abort(): void {
    this.#fail(aborted())
  }

  close(): void {
    this.#isKept = false
    this.#socket.destroy()
  }

  #write(head: string, body: HttpRequest['body']): void {
    // One piece where it can be one: two would be two system calls, and two packets.
    if (typeof body === 'string' && ASCII.test(head)) {
      this.#socket.write(head + body)
      return
    }
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    if (body !== undefined) this.#socket.write(body)
    this.#socket.uncork()
  }

  #listen(): void {
    const parser = this.#parser
    parser.initialize(HTTPParser.RESPONSE, {}, MAX_HEADER_BYTES)
    parser[HTTPParser.kOnHeaders] = row => {
      if (this.#turn?.status === 0) this.#turn.headers.push(...row)
    }
    parser[HTTPParser.kOnHeadersComplete] = (
      _major,
      _minor,
      row,
      _method,
      _url,
      status,
      _reason,
      isUpgrade,
      isKept,
    ) => this.#headed(row ?? [], status, isUpgrade, isKept)
    parser[HTTPParser.kOnBody] = bytes => this.#received(bytes)
    parser[HTTPParser.kOnMessageComplete] = () => this.#completed()
  }

  #headed(row: readonly string[], status: number, isUpgrade: boolean, isKept: boolean): number {
    const turn = this.#turn
    if (turn === undefined || turn.isDone) {
      this.#isKept = false
      return 1
    }
    if (isUpgrade || status === 101) {
      this.#fail(new HttpFault('invalid', 'it switched to another protocol'))
      return 1
    }
    // An announcement; the answer comes behind it.
    if (status < 200) {
      turn.headers = []
      return 1
    }
    turn.status = status
    turn.headers.push(...row)
    if (!isKept) this.#isKept = false
    if (!turn.isHead && declaredBytes(turn.headers) > turn.maxBytes && status !== 304) {
      this.#fail(tooLarge(turn.maxBytes))
    }
    return turn.isHead ? 1 : 0
  }

  #received(bytes: Uint8Array): void {
    const turn = this.#turn
    if (turn === undefined) return
    turn.bytes += bytes.byteLength
    if (turn.bytes > turn.maxBytes) this.#fail(tooLarge(turn.maxBytes))
    else turn.body.push(bytes)
  }

  #completed(): void {
    if (this.#turn !== undefined && this.#turn.status !== 0) this.#turn.isDone = true
  }

  #read(bytes: Uint8Array): void {
    const { isDone } = this.#turn ?? { isDone: true }
    if (isDone) {
      // Nobody asked.
      this.close()
      return
    }
    if (this.#turn !== undefined) this.#turn.hasBegun = true
    const read = this.#parser.execute(bytes)
    // What comes behind the end of the answer spoils the connection, not the answer.
    if (read !== bytes.byteLength) this.#isKept = false
    this.#settle()
    if (typeof read !== 'number') this.#fail(read)
  }

  /** The end of a body whose length nobody told. */
  #end(): void {
    this.#isKept = false
    if (this.#turn === undefined) {
      this.close()
      return
    }
    this.#parser.finish()
    this.#settle()
    this.#fail(new HttpFault(this.#faultKind(), 'the connection was closed before its answer was whole'))
  }

  #settle(): void {
    const turn = this.#turn
    if (turn === undefined || !turn.isDone) return
    this.#turn = undefined
    this.#served++
    const { status, body, bytes } = turn
    const whole = body.length === 1 ? (body[0] ?? EMPTY) : Buffer.concat(body, bytes)
    if (!this.#isKept) this.close()
    turn.resolve({ status, headers: answerHeaders(turn.headers), body: whole })
  }

  #fail(error: unknown): void {
    const turn = this.#turn
    this.#turn = undefined
    turn?.reject(faultOf(error, this.#faultKind(turn)))
    this.close()
  }

  /** A connection that was kept and ends before anything came may never have brought the request. */
  #faultKind(turn = this.#turn): 'stale' | 'cut' {
    return this.#served > 0 && turn?.hasBegun === false ? 'stale' : 'cut'
  }
}

function declaredBytes(row: readonly string[]): number {
  for (let at = 0; at < row.length; at += 2) {
    if (row[at]?.length === 14 && row[at]?.toLowerCase() === 'content-length') return Number(row[at + 1])
  }
  return 0
}
