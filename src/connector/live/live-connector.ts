import type { Clock } from '../../std/clock.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { type Permit, Permits } from '../../std/permits.ts'
import type { Egress } from '../egress/egress.ts'
import { ConnectorError, unavailable } from '../failure.ts'
import type { DatabaseNeeds } from '../kinds/db/needs.ts'
import type { ClientNeeds, Closable, ConnectorKind } from '../kinds/kind.ts'
import type { RetryPolicy } from '../retry.ts'

interface LiveSettings<Client extends Closable> {
  readonly name: string
  readonly kind: ConnectorKind<Client>
  /** Checked, its secrets in clear. */
  readonly config: JsonObject
}

interface LiveNeeds {
  readonly clock: Clock
  readonly egress: Egress
  /** How Orion names itself. */
  readonly userAgent: string
  readonly databases: DatabaseNeeds
}

/** Who keeps count of the clients that are open. */
interface ClientCount {
  opened(live: LiveConnector<Closable>): void
  closed(live: LiveConnector<Closable>, client: Closable): void
}

/** Calls that wait for a place at most. */
const QUEUE_DEPTH = 1000
const DEFAULT_WAIT_MS = 5000
const DEFAULT_CONCURRENT = 1000

/**
 * One connector as its config says: the client, made on first use, its places and its rules. Retired, it serves the
 * calls that it has and then closes.
 */
export class LiveConnector<Client extends Closable> implements Disposable {
  readonly name: string
  readonly retries: RetryPolicy
  readonly #settings: LiveSettings<Client>
  readonly #needs: ClientNeeds
  readonly #permits: Permits
  readonly #operations: ReadonlySet<string> | undefined
  readonly #count: ClientCount
  #client: Client | undefined
  #uses = 0
  #usedAtMs = 0
  #isRetired = false

  constructor(
    settings: LiveSettings<Client>,
    { clock, egress, userAgent, databases }: LiveNeeds,
    count: ClientCount,
  ) {
    const { name, kind, config } = settings
    this.name = name
    this.#settings = settings
    this.#needs = { name, clock, dialler: egress.dialler(name, kind.type, config), userAgent, databases }
    this.#count = count
    this.retries = retriesOf(own(config, 'retry'), kind.retries)
    this.#operations = operationsOf(own(config, 'operations'))
    this.#permits = new Permits({
      maxConcurrent: numberOr(own(config, 'max_concurrent'), DEFAULT_CONCURRENT),
      queueDepth: QUEUE_DEPTH,
      queueTimeoutMs: numberOr(own(config, 'connect_timeout_ms'), DEFAULT_WAIT_MS),
    })
  }

  /** Whether its client may be closed: nobody uses it, and what it holds can be had again. */
  get isIdle(): boolean {
    return this.#uses === 0 && this.#client !== undefined && this.#client.isStore !== true
  }

  /** Monotonic. */
  get usedAtMs(): number {
    return this.#usedAtMs
  }

  /** Throws VALIDATION_ERROR for what the connector does not allow. */
  checkOperation(operation: string): void {
    if (this.#operations === undefined || this.#operations.has(operation.toLowerCase())) return
    throw new ConnectorError('VALIDATION_ERROR', `Connector '${this.name}' does not allow '${operation}'`, {
      note: `its operations are ${[...this.#operations].join(', ') || 'none'}`,
    })
  }

  /** A place for one call. Rejects with ConnectorError when there is none in time, or the run is over before. */
  enter(signal: AbortSignal): Permit | Promise<Permit> {
    const permit = this.#permits.take(() => signal)
    if (permit !== undefined && !(permit instanceof Promise)) return permit
    return this.#entered(permit, signal)
  }

  async #entered(waiting: Promise<Permit | undefined> | undefined, signal: AbortSignal): Promise<Permit> {
    const permit = await waiting
    if (permit !== undefined) return permit
    const why = 'every place for a call is taken (max_concurrent)'
    if (!signal.aborted) throw unavailable(this.name, why, { isUntouched: true, isUnwell: false })
    throw new ConnectorError('TIMEOUT_ERROR', `No place for a call over connector '${this.name}' in time`, {
      note: why,
      isUntouched: true,
      isUnwell: false,
    })
  }

  /** The client, opened if need be, in use until it is given back once. Throws ConnectorError. */
  take(): Client {
    const known = this.#client
    const client = known ?? this.#settings.kind.open(this.#settings.config, this.#needs)
    this.#client = client
    this.#uses++
    if (known === undefined) this.#count.opened(this)
    return client
  }

  giveBack(): void {
    this.#uses--
    this.#usedAtMs = this.#needs.clock.monotonic()
    if (this.#isRetired) this.close()
  }

  /** Closes the client unless somebody uses it; the next use opens another one. */
  close(): void {
    if (this.#uses === 0) this.#close()
  }

  /** Closes the client whoever uses it. */
  cut(): void {
    this.#isRetired = true
    this.#close()
  }

  [Symbol.dispose](): void {
    this.#isRetired = true
    this.close()
  }

  #close(): void {
    const client = this.#client
    if (client === undefined) return
    this.#client = undefined
    this.#count.closed(this, client)
  }
}

function retriesOf(retry: Json | undefined, otherwise: RetryPolicy): RetryPolicy {
  if (!isObject(retry)) return otherwise
  return {
    maxRetries: numberOr(own(retry, 'max_retries'), 3),
    delayMs: numberOr(own(retry, 'retry_delay_ms'), 1000),
  }
}

function operationsOf(operations: Json | undefined): ReadonlySet<string> | undefined {
  if (!Array.isArray(operations)) return undefined
  return new Set(operations.map(operation => String(operation).toLowerCase()))
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
