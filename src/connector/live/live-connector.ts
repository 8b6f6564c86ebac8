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
  readonly databases: DatabaseNeeds
}

/** Calls that wait for a place at most. */
const QUEUE_DEPTH = 1000
const DEFAULT_WAIT_MS = 5000
const DEFAULT_CONCURRENT = 1000

/** Use of a client; ends when it is disposed of. */
export interface Lease<Client> extends Disposable {
  readonly client: Client
}

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
  readonly #closed: (closing: Promise<void>) => void
  #client: Client | undefined
  #uses = 0
  #usedAtMs = 0
  #isRetired = false

  /** `closed` is given the closing of each client, so that somebody waits for it. */
  constructor(
    settings: LiveSettings<Client>,
    { clock, egress, databases }: LiveNeeds,
    closed: (closing: Promise<void>) => void,
  ) {
    const { name, kind, config } = settings
    this.name = name
    this.#settings = settings
    this.#needs = { name, clock, dialler: egress.dialler(name, kind.type, config), databases }
    this.#closed = closed
    this.retries = retriesOf(own(config, 'retry'), kind.retries)
    this.#operations = operationsOf(own(config, 'operations'))
    this.#permits = new Permits({
      maxConcurrent: numberOr(own(config, 'max_concurrent'), DEFAULT_CONCURRENT),
      queueDepth: QUEUE_DEPTH,
      queueTimeoutMs: numberOr(own(config, 'connect_timeout_ms'), DEFAULT_WAIT_MS),
    })
  }

  /** Whether it may be closed while nobody uses it. */
  get isClosable(): boolean {
    return this.#client !== undefined && this.#client.isStore !== true
  }

  get isBusy(): boolean {
    return this.#uses > 0
  }

  /** Monotonic; 0 before the first use. */
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

  /** A place for one call. Rejects with UPSTREAM_UNAVAILABLE when there is none in time. */
  async enter(signal: AbortSignal): Promise<Permit> {
    const permit = await this.#permits.take(() => signal)
    if (permit !== undefined) return permit
    throw unavailable(this.name, 'every place for a call is taken (max_concurrent)', {
      isUntouched: true,
      isUnwell: false,
    })
  }

  lease(): Lease<Client> {
    const { kind, config } = this.#settings
    this.#client ??= kind.open(config, this.#needs)
    const client = this.#client
    this.#uses++
    let isHeld = true
    return {
      client,
      [Symbol.dispose]: () => {
        if (!isHeld) return
        isHeld = false
        this.#uses--
        this.#usedAtMs = this.#needs.clock.monotonic()
        if (this.#isRetired) this.close()
      },
    }
  }

  /** Closes the client unless somebody uses it; the next use opens another one. */
  close(): void {
    const client = this.#client
    if (client === undefined || this.#uses > 0) return
    this.#client = undefined
    this.#closed(client.close())
  }

  [Symbol.dispose](): void {
    this.#isRetired = true
    this.close()
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
