import type { Json } from '../../../std/json.ts'
import type { Closable } from '../kind.ts'

/** A key-value store whose values are JSON. Rejects with ConnectorError. */
export interface CacheClient extends Closable {
  /** In the order of the keys; undefined where there is none. */
  read(keys: readonly string[], signal: AbortSignal): Promise<(Json | undefined)[]>
  /** `ttlSecs` undefined: until it is written again or deleted. */
  write(key: string, value: Json, ttlSecs: number | undefined, signal: AbortSignal): Promise<void>
}
