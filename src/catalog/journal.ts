import { timestamp } from '../std/clock.ts'
import type { Statement } from '../storage/store.ts'
import { adminAudit } from '../telemetry/events.ts'
import { auditEntry, type Deed } from './audit.ts'
import type { Parts } from './parts.ts'

/** Commits what was done as one unit with its audit row, fsynced, and then says so in the log. */
export async function commitDeed(parts: Parts, statements: readonly Statement[], deed: Deed): Promise<void> {
  const { store, clock, newId, telemetry } = parts
  const entry = auditEntry(deed, newId(), timestamp(clock.now()))
  await store.commit({ statements: [...statements, store.audit.insert(entry)], durability: 'full' })
  const { principal, action, resource_type, resource_id } = entry
  adminAudit(telemetry, { principal, action, resource_type, resource_id })
}
