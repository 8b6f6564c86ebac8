import type { Json } from '../../../std/json.ts'
import type { Closable } from '../kind.ts'
import type { ScriptRunner } from './redis/script.ts'

/** A key-value store whose values are JSON. Rejects with ConnectorError. */
export interface CacheClient extends Closable {
  /** In the order of the keys; undefined where there is none. What is no JSON is given as a text. */
  read(keys: readonly string[], signal: AbortSignal): Promise<(Json | undefined)[]>
  /** `ttlSecs` undefined: as long as the connector says, or else until it is written again or deleted. */
  write(key: string, value: Json, ttlSecs: number | undefined, signal: AbortSignal): Promise<void>
  /** How many of them there were. */
  delete(keys: readonly string[], signal: AbortSignal): Promise<number>
  /**
   * The number that it is afterwards, a signed one of 64 bits; a missing one counts as 0. `ttlSecs` holds when the key
   * is made by this.
   */
  increment(
    key: string,
    by: number | bigint,
    ttlSecs: number | undefined,
    signal: AbortSignal,
  ): Promise<number | bigint>
  /** Really asks, and tells who answers. */
  probe(): Promise<string>
  /** What runs scripts where the values are; undefined when that is this process. */
  readonly scripts: ScriptRunner | undefined
}
