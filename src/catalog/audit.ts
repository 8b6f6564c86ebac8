import type { Principal } from '../auth/principal.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { AuditEntry } from '../storage/store.ts'

export type AuditAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'status_active'
  | 'status_archived'
  | 'create_version'
  | 'apply'
  | 'import'
  | 'update_rollout'
  | 'rollback'
  | 'shadow_on'
  | 'shadow_off'
  | 'rollout_stopped'
  | 'reload'
  | 'invalidate'
  | 'reset'

export interface Deed {
  readonly by: Principal
  readonly action: AuditAction
  readonly type: 'workflow' | 'channel' | 'connector' | 'engine' | 'cache' | 'circuit_breaker' | 'secret'
  readonly id: string
  /** Undefined when there was nothing, or nothing that could be read. */
  readonly before?: JsonObject | undefined
  readonly after?: JsonObject | undefined
  /** What else is to be told. */
  readonly note?: JsonObject
  /** How a field may be seen by others; as it is when left out. */
  readonly show?: (field: string, value: Json) => Json
}

/** Longer values are told by their length: an audit row is a note, not a copy. */
const MAX_VALUE_CHARACTERS = 16_384
/** Every change moves them. */
const TIMES = new Set(['created_at', 'updated_at'])

/** The row of one change, to be committed with it. */
export function auditEntry(deed: Deed, id: string, at: string): AuditEntry {
  return {
    id,
    principal: deed.by.name,
    action: deed.action,
    resource_type: deed.type,
    resource_id: deed.id,
    details: changedFields(deed),
    created_at: at,
  }
}

/** `{before, after}` of the fields that differ, as JSON text; secrets are shown masked, but compared in clear. */
function changedFields({ before, after, note, show = (_, value) => value }: Deed): string | null {
  if (before === undefined && after === undefined) return null
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    field => !TIMES.has(field) && JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field]),
  )
  const shown = (side: JsonObject | undefined): JsonObject | null => {
    if (side === undefined) return null
    const present = fields.filter(field => Object.hasOwn(side, field))
    return Object.fromEntries(present.map(field => [field, short(show(field, side[field] ?? null))]))
  }
  return JSON.stringify({ before: shown(before), after: shown(after), ...note })
}

function short(value: Json): Json {
  const { length } = JSON.stringify(value)
  return length > MAX_VALUE_CHARACTERS ? `(${length} characters)` : value
}
