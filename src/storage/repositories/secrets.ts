import { and, asc, eq, type SQL } from 'drizzle-orm'
import { OrionError } from '../../errors.ts'
import type { StoredSecret } from '../../secrets/definition.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { render, statement } from '../sql.ts'
import type { SecretRepository, Statement, Unreadable } from '../store.ts'
import { secrets } from '../tables.ts'
import type { Cells } from './cells.ts'
import { type Decoder, decodeAll } from './decoding.ts'

const decoder: Decoder<StoredSecret> = { noun: 'secret', idColumn: 'name', decode }

/** Secrets as they are encrypted. */
export class Secrets implements SecretRepository {
  readonly #reader: Reader
  readonly #tenant: string

  constructor(reader: Reader, { tenant }: Scope) {
    this.#reader = reader
    this.#tenant = tenant
  }

  async all(): Promise<{ rows: StoredSecret[]; unreadable: Unreadable[] }> {
    const query = render.select().from(secrets).where(this.#mine()).orderBy(asc(secrets.name))
    return decodeAll(decoder, await this.#reader.all(statement(query)))
  }

  insert(row: StoredSecret): Statement {
    return statement(render.insert(secrets).values({ tenant: this.#tenant, ...row }), {
      conflict: () => new OrionError('CONFLICT', `Secret '${row.name}' already exists`),
    })
  }

  replace(
    { name, created_at: _, ...values }: StoredSecret,
    before: StoredSecret,
    otherwise: () => Error,
  ): Statement {
    const unchanged = and(eq(secrets.name, name), eq(secrets.sealed, before.sealed))
    return statement(render.update(secrets).set(values).where(this.#mine(unchanged)), { otherwise })
  }

  delete(name: string, otherwise: () => Error): Statement {
    return statement(render.delete(secrets).where(this.#mine(eq(secrets.name, name))), { otherwise })
  }

  #mine(condition?: SQL): SQL | undefined {
    return and(eq(secrets.tenant, this.#tenant), condition)
  }
}

function decode(cells: Cells): StoredSecret {
  return {
    name: cells.text('name'),
    version: cells.number('version'),
    key_id: cells.text('key_id'),
    sealed: cells.text('sealed'),
    created_at: cells.text('created_at'),
    updated_at: cells.text('updated_at'),
  }
}
