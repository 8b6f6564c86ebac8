import { Agent, type ClientRequestArgs } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Dialler } from './dialler.ts'

/** Of one exchange; its connection, when it needs a new one, is made as this says. */
export interface DialledOptions extends ClientRequestArgs {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly dialler: Dialler
  /** Reached by a redirect: what was allowed to the connector itself is not shared. */
  readonly isElsewhere: boolean
  readonly dialSignal: AbortSignal
}

const IDLE_MS = 60_000
const MAX_IDLE = 256

/** Keeps connections alive between exchanges. Every one of them is made by a dialler. */
export class DiallingAgent extends Agent {
  constructor() {
    super({ keepAlive: true, maxFreeSockets: MAX_IDLE, timeout: IDLE_MS, scheduling: 'lifo' })
  }

  override createConnection(
    options: ClientRequestArgs,
    made?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    if (!isDialled(options)) throw new Error('a connection without a dialler')
    const { host, port, isTls, dialler, dialSignal } = options
    const target = { host, port, ...(isTls && { tls: {} }) }
    dialler.connect(target, dialSignal).then(
      socket => made?.(null, socket),
      // Its type asks for a stream; nobody looks at one that comes with an error.
      (error: Error) => made?.(error, new Socket()),
    )
    return undefined
  }

  /** A connection that was allowed to one is not given to another. */
  override getName(options?: ClientRequestArgs): string {
    if (options === undefined || !isDialled(options)) return super.getName(options)
    const { host, port, isTls, isElsewhere } = options
    return `${isElsewhere ? 'elsewhere' : 'own'} ${isTls ? 'https' : 'http'} ${host}:${port}`
  }
}

function isDialled(options: ClientRequestArgs): options is DialledOptions {
  return 'dialler' in options && 'dialSignal' in options
}
