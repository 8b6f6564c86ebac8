import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { canonicalAddress } from '../../std/ip-address.ts'
import { ConnectorError, type ConnectStage, unavailable } from '../failure.ts'
import { type EgressPolicy, plainHost } from './egress-policy.ts'
import type { HostLookups } from './host-lookups.ts'
import { isDistrust, networkReason } from './network-reason.ts'

/** Where a connection goes. */
export interface DialTarget {
  /** A name or an address. */
  readonly host: string
  readonly port: number
  /** With TLS; the certificate must be good for `servername`, or else for the host. */
  readonly tls?:
    | {
        readonly servername?: string | undefined
        /** Certificates in PEM that are trusted instead of the usual ones. */
        readonly ca?: string | undefined
        readonly rejectUnauthorized?: boolean | undefined
      }
    | undefined
}

/** The only way out of this process for one connector: what it connects to has been checked. */
export interface Dialler {
  /** The same without `allow_private_urls`, for where the far side sends us on to. */
  readonly strict: Dialler
  /**
   * The addresses of a host, each of them checked, to connect to without resolving again. Rejects with ConnectorError
   * when the host has none, or one that must not be called.
   */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>
  /** A connection that stands, with TLS spoken if asked for. Rejects with ConnectorError; the socket is the caller's. */
  connect(target: DialTarget, signal: AbortSignal): Promise<Socket>
}

interface DiallerNeeds {
  /** Of the connector. */
  readonly name: string
  readonly policy: EgressPolicy
  /** That of {@link Dialler.strict}. */
  readonly strictPolicy: EgressPolicy
  readonly lookups: HostLookups
}

const LOOKUP_MS = 5000
/** What an address may take to answer while another one is left. */
const NEXT_ADDRESS_MS = 1000

export class CheckedDialler implements Dialler {
  readonly #needs: DiallerNeeds

  constructor(needs: DiallerNeeds) {
    this.#needs = needs
  }

  get strict(): Dialler {
    const { strictPolicy } = this.#needs
    return new CheckedDialler({ ...this.#needs, policy: strictPolicy })
  }

  async resolve(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const { policy } = this.#needs
    const plain = plainHost(host)
    const refusal = policy.refusesHost(plain)
    if (refusal !== undefined) throw this.#refused(refusal)
    const literal = canonicalAddress(plain)
    const addresses = literal === undefined ? await this.#lookup(plain, signal) : [literal]
    for (const address of addresses) {
      const why =
        canonicalAddress(address) === undefined
          ? `"${plain}" resolves to something that is no address`
          : policy.refusesAddress(plain, address)
      if (why !== undefined) throw this.#refused(why)
    }
    return addresses
  }

  async connect(target: DialTarget, signal: AbortSignal): Promise<Socket> {
    const addresses = await this.resolve(target.host, signal)
    let failure: unknown
    let stage: ConnectStage = 'dial'
    for (const [at, address] of addresses.entries()) {
      const isLast = at === addresses.length - 1
      const limit = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(NEXT_ADDRESS_MS)])
      try {
        return await opened(address, target, limit, () => {
          stage = 'tls'
        })
      } catch (error) {
        failure = error
        if (signal.aborted) break
      }
    }
    throw unavailable(this.#needs.name, `${target.host}:${target.port}: ${networkReason(failure)}`, {
      isUntouched: true,
      isPassing: !isDistrust(failure),
      cause: failure,
      stage,
    })
  }

  async #lookup(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_MS)])
    try {
      const addresses = await beforeAbort(this.#needs.lookups.resolve(host), limit)
      if (addresses.length > 0) return addresses
    } catch (error) {
      const why = limit.aborted ? 'its name was not resolved in time' : networkReason(error)
      throw unavailable(this.#needs.name, `${host}: ${why}`, {
        isUntouched: true,
        cause: error,
        stage: 'dns',
      })
    }
    throw unavailable(this.#needs.name, `${host}: its name has no address`, {
      isUntouched: true,
      stage: 'dns',
    })
  }

  #refused(why: string): ConnectorError {
    const { name } = this.#needs
    return new ConnectorError('UPSTREAM_ERROR', `The address behind connector '${name}' is not allowed`, {
      note: why,
      isPassing: false,
      isUnwell: false,
      isUntouched: true,
      stage: 'dial',
    })
  }
}

/** `reached` is called when the connection stands and TLS is next. */
function opened(
  address: string,
  target: DialTarget,
  signal: AbortSignal,
  reached: () => void,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const { port, tls } = target
  const socket = tls ? connectTls(tlsOptions(address, target)) : connectPlain({ host: address, port })
  const leave = () => socket.destroy(new Error('no connection in time'))
  const settle = () => {
    signal.removeEventListener('abort', leave)
    socket.off('error', fail)
    socket.off('close', fail)
  }
  const fail = (error: unknown) => {
    settle()
    // What comes after its end is nobody's.
    socket.on('error', () => undefined)
    socket.destroy()
    reject(error instanceof Error ? error : new Error('the connection was closed'))
  }
  socket.once('error', fail)
  socket.once('close', fail)
  if (tls) socket.once('connect', reached)
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    settle()
    resolve(socket)
  })
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  return promise
}

function tlsOptions(address: string, { host, port, tls }: DialTarget): ConnectionOptions {
  const name = tls?.servername ?? plainHost(host)
  return {
    host: address,
    port,
    // An address is no name to ask for; the certificate is held against it all the same.
    ...(isIP(name) === 0 && { servername: name }),
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    rejectUnauthorized: tls?.rejectUnauthorized ?? true,
  }
}

function beforeAbort<Value>(waiting: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const leave = () => reject(new Error('not in time'))
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  return Promise.race([waiting, promise]).finally(() => signal.removeEventListener('abort', leave))
}
