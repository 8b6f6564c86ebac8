import type { Json, JsonObject } from '../../std/json.ts'
import type { Arrival } from '../arrival.ts'
import type { Side } from '../sides.ts'
import type { Caller } from './caller.ts'

/** A request whose body is read and whose caller is verified, as the guards behind that see it. */
export interface Request {
  readonly arrival: Arrival
  /** The payload. */
  readonly data: Json
  /** The caller's own `metadata`, as it came; absent is undefined. */
  readonly callerMetadata: Json | undefined
  /** As the workflow sees it. */
  readonly metadata: JsonObject
  /** Who was verified; undefined when nobody was. */
  readonly caller: Caller | undefined
  /** All that is known of who was verified, whatever of it workflows see; undefined when nobody was. */
  readonly auth: JsonObject | undefined
  /** Where it fell when the traffic was shared; it stays there whenever it runs. Undefined when there was nothing to share. */
  readonly bucket: number | undefined
  /** The version that answers it; undefined when none does. */
  readonly side: Side | undefined
}
