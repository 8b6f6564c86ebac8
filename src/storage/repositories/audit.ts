import { desc, eq } from 'drizzle-orm'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { render, statement, TOTAL } from '../sql.ts'
import type { AuditEntry, AuditRepository, Listed, Page, Statement } from '../store.ts'
import { auditLogs } from '../tables.ts'
import type { Cells } from './cells.ts'
import { type Decoder, listed, totalOf } from './decoding.ts'

const decoder: Decoder<AuditEntry> = { noun: 'audit entry', idColumn: 'id', decode }

/** Who changed what, written in the unit of the change. */
export class AuditLog implements AuditRepository {
  readonly #reader: Reader
  readonly #tenant: string

  constructor(reader: Reader, scope: Scope) {
    this.#reader = reader
    this.#tenant = scope.tenant
  }

  insert(entry: AuditEntry): Statement {
    return statement(render.insert(auditLogs).values({ tenant: this.#tenant, ...entry }))
  }

  async list(page: Page): Promise<Listed<AuditEntry>> {
    const mine = eq(auditLogs.tenant, this.#tenant)
    const query = render
      .select()
      .from(auditLogs)
      .where(mine)
      .orderBy(desc(auditLogs.created_at), desc(auditLogs.id))
      .limit(page.limit)
      .offset(page.offset)
    const rows = await this.#reader.all(statement(query))
    const total = await this.#reader.first(statement(render.select(TOTAL).from(auditLogs).where(mine)))
    return listed(decoder, rows, totalOf(total))
  }
}

function decode(cells: Cells): AuditEntry {
  return {
    id: cells.text('id'),
    principal: cells.text('principal'),
    action: cells.text('action'),
    resource_type: cells.text('resource_type'),
    resource_id: cells.text('resource_id'),
    details: cells.textOrNull('details'),
    created_at: cells.text('created_at'),
  }
}
