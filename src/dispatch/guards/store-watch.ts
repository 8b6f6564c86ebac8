import type { OnStoreError } from '../../channel/store-failure/definition.ts'
import { OrionError } from '../../errors.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import { guardStoreFailed, guardStoreRecovered } from '../../telemetry/events.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'

/** A guard that asks a store, by the name of its key in a channel's configuration. */
export type StoredGuard = 'rate_limit' | 'principal_rate_limit' | 'deduplication' | 'cache'

/** Whose store it is. */
export interface Watched {
  /** Name of the channel. */
  readonly channel: string
  readonly guard: StoredGuard
}

/**
 * Asks the stores of guards, and knows which do not answer. A failure is counted each time, logged once per outage, and
 * told in `/health` until the store answers again.
 */
export class StoreWatch {
  readonly #telemetry: Telemetry
  readonly #failing = new Map<string, Watched>()

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry
  }

  /**
   * What the store says, at once if it does. Whatever `ask` throws is a failure of the store, which the policy answers:
   * `local` with what the memory of this process says, `allow` with what it is to go on without the guard, `deny` with
   * SERVICE_UNAVAILABLE.
   */
  guard<Value>(
    watched: Watched,
    ask: () => Awaitable<Value>,
    policy: OnStoreError,
    local: () => Awaitable<Value>,
    allowed: () => Value,
  ): Awaitable<Value> {
    const failed = (error: unknown): Awaitable<Value> => {
      this.#failed(watched, policy, error)
      if (policy === 'local') return local()
      if (policy === 'allow') return allowed()
      throw unavailable(watched)
    }
    const answered = (value: Value): Value => {
      if (this.#failing.size > 0) this.#answered(watched)
      return value
    }
    let asked: Awaitable<Value>
    try {
      asked = ask()
    } catch (error) {
      return failed(error)
    }
    return asked instanceof Promise ? asked.then(answered, failed) : answered(asked)
  }

  /** Guards whose store did not answer when it was last asked, as `CHANNEL: GUARD`. */
  get failing(): readonly string[] {
    return [...this.#failing.keys()]
  }

  /** What nobody asks any more does not fail any more. */
  retain(isAsked: (watched: Watched) => boolean): void {
    for (const [key, watched] of this.#failing) {
      if (!isAsked(watched)) this.#failing.delete(key)
    }
  }

  #answered(watched: Watched): void {
    if (this.#failing.delete(keyOf(watched))) guardStoreRecovered(this.#telemetry, watched)
  }

  #failed(watched: Watched, policy: OnStoreError, error: unknown): void {
    const key = keyOf(watched)
    const known = this.#failing.has(key)
    this.#failing.set(key, watched)
    this.#telemetry.counters.increment('guard_store')
    if (!known) guardStoreFailed(this.#telemetry, watched, policy, error)
  }
}

/** The caller is not told why; the log was. */
function unavailable({ channel, guard }: Watched): OrionError {
  return new OrionError(
    'SERVICE_UNAVAILABLE',
    `Channel '${channel}' cannot answer: the store of its ${guard} does not`,
    { headers: { 'retry-after': '1' } },
  )
}

function keyOf({ channel, guard }: Watched): string {
  return `${channel}: ${guard}`
}
