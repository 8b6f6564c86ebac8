import type { JsonObject } from '../../std/json.ts'

/** A caller who has been verified. */
export interface Caller {
  /** All that is known of him, for guards: `{mode, key_id?, claims?}`. */
  readonly identity: JsonObject
  /** What of it workflows see, as `metadata.auth`. */
  readonly shown: JsonObject
}
