import { timestamp } from '../std/clock.ts'
import type { Turns } from '../std/turns.ts'
import type { AuditEntry, Statement } from '../storage/store.ts'
import { adminAudit } from '../telemetry/events.ts'
import { auditEntry, type Deed } from './audit.ts'
import type { Parts } from './parts.ts'

/** Commits what was done as one unit with its audit row, fsynced, and then says so in the log. */
export async function commitDeed(parts: Parts, statements: readonly Statement[], deed: Deed): Promise<void> {
  const entry = entryOf(parts, deed)
  const row = parts.store.audit.insert(entry)
  await parts.store.commit({ statements: [...statements, row], durability: 'full' })
  tell(parts, entry)
}

/** The same for many deeds: one unit, a row for each. Resolves to the commit that is left to do. */
export async function prepareDeeds(
  parts: Parts,
  statements: readonly Statement[],
  deeds: readonly Deed[],
  turns: Turns,
): Promise<() => Promise<void>> {
  const entries: AuditEntry[] = []
  const rows: Statement[] = []
  for (const deed of deeds) {
    await turns.restIfDue()
    const entry = entryOf(parts, deed)
    entries.push(entry)
    rows.push(parts.store.audit.insert(entry))
  }
  return async () => {
    await parts.store.commit({ statements: [...statements, ...rows], durability: 'full' })
    for (const entry of entries) tell(parts, entry)
  }
}

function entryOf({ clock, newId }: Parts, deed: Deed): AuditEntry {
  return auditEntry(deed, newId(), timestamp(clock.now()))
}

function tell({ telemetry }: Parts, { principal, action, resource_type, resource_id }: AuditEntry): void {
  adminAudit(telemetry, { principal, action, resource_type, resource_id })
}
