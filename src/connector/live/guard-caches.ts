import { unavailable } from '../failure.ts'
import type { CacheClient } from '../kinds/cache/client.ts'
import type { Reply, Script, ScriptRunner } from '../kinds/cache/redis/script.ts'
import type { LiveConnector } from './live-connector.ts'

/** A cache connector that guards of channels keep their state on. */
export interface GuardCache {
  /** Of the connector. */
  readonly name: string
  /** Another one when the connector says something else: state goes with it. */
  readonly key: string
  /** What runs scripts there; undefined when the cache is the memory of this process. */
  readonly scripts: ScriptRunner | undefined
}

/** The caches of one snapshot, for guards. */
export interface GuardCaches {
  /** The cache connector of that name, or why it is none that can be used. */
  cache(name: string): GuardCache | { readonly reason: string }
}

/** Runs scripts over a connector, which opens its client when it is asked and closes it when nobody does. */
export class LeasedScripts implements ScriptRunner {
  readonly #live: LiveConnector<CacheClient>

  constructor(live: LiveConnector<CacheClient>) {
    this.#live = live
  }

  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    const { scripts } = this.#live.take()
    try {
      if (scripts === undefined) throw unavailable(this.#live.name, 'it runs no scripts')
      return await scripts.run(script, keys, args)
    } finally {
      this.#live.giveBack()
    }
  }
}
