import { Claims } from '../../channel/deduplication/claims.ts'
import type { KeptAnswers } from '../../channel/response-cache/kept-answers.ts'
import type { ResponseCacheStore } from '../../channel/response-cache/store.ts'
import type { Permits } from '../../std/permits.ts'
import type { LiveNumbers } from '../numbers/live-numbers.ts'
import type { StopWatch } from '../numbers/stop-watch.ts'
import type { Shadow } from '../rehearsal/shadow.ts'
import type { AnsweredKeys } from './answered-keys.ts'
import type { Buckets } from './buckets.ts'

/** States of one kind, by key; they outlive snapshots. */
export class Kept<State extends object> {
  readonly #states = new Map<string, State>()

  get size(): number {
    return this.#states.size
  }

  get all(): readonly State[] {
    return [...this.#states.values()]
  }

  /** The state under this key, if there is one. */
  peek(key: string): State | undefined {
    return this.#states.get(key)
  }

  /** The state under this key, made when there is none. */
  take(key: string, make: () => State): State {
    const kept = this.#states.get(key)
    if (kept !== undefined) return kept
    const made = make()
    this.#states.set(key, made)
    return made
  }

  /** Forgets, and disposes of, every state but these. */
  retain(keys: ReadonlySet<string>): void {
    for (const [key, state] of this.#states) {
      if (keys.has(key)) continue
      this.#states.delete(key)
      if (isDisposable(state)) state[Symbol.dispose]()
    }
  }
}

function isDisposable(state: object): state is Disposable {
  return Symbol.dispose in state
}

/**
 * What is remembered from one snapshot to the next: buckets, permits, claims and caches of guards, numbers of versions.
 * The key of a state is its channel or workflow and whatever else it depends on, so that it stays while all of that does
 * and leaves with it.
 */
export class RuntimeRegistry {
  readonly permits = new Kept<Permits>()
  readonly answers = new Kept<KeptAnswers>()
  readonly buckets = new Kept<Buckets>()
  /** Answered keys on cache connectors. */
  readonly answeredKeys = new Kept<AnsweredKeys>()
  /** Kept answers on cache connectors. */
  readonly responseCaches = new Kept<ResponseCacheStore>()
  readonly numbers = new Kept<LiveNumbers>()
  readonly watches = new Kept<StopWatch>()
  readonly shadows = new Kept<Shadow>()
  /** Of all channels: a claim is there while its request runs, whatever becomes of its channel meanwhile. */
  readonly claims = new Claims()

  /** For one build of a snapshot. */
  open(): Holding {
    const { permits, answers, buckets, answeredKeys, responseCaches, numbers, watches, shadows } = this
    return new Holding([permits, answers, buckets, answeredKeys, responseCaches, numbers, watches, shadows])
  }
}

/** The states that one snapshot uses. */
export class Holding {
  readonly #used: ReadonlyMap<object, Set<string>>
  readonly #kinds: readonly { retain(keys: ReadonlySet<string>): void }[]

  constructor(kinds: readonly { retain(keys: ReadonlySet<string>): void }[]) {
    this.#kinds = kinds
    this.#used = new Map(kinds.map(kind => [kind, new Set<string>()]))
  }

  take<State extends object>(kind: Kept<State>, key: string, make: () => State): State {
    this.#used.get(kind)?.add(key)
    return kind.take(key, make)
  }

  /** The snapshot is live: what it does not use is forgotten. Requests on older snapshots keep what they hold. */
  settle(): void {
    for (const kind of this.#kinds) kind.retain(this.#used.get(kind) ?? new Set())
  }
}
