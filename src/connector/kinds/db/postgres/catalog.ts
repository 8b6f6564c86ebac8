import type { Sql } from 'postgres'
import { EXTENDED } from './extended.ts'
import { BUILT_IN, type TextType } from './types.ts'

/** Columns of `pg_type` that tell what a type's text is. */
const LOOK_UP = `SELECT oid::int8, typcategory::text, typelem::int8, typbasetype::int8, typdelim::text
  FROM pg_catalog.pg_type WHERE oid = ANY($1::oid[])`
const MAX_DEPTH = 8
const MAX_STATEMENTS = 1000

/** What is known of one database: types that are not built in, and the types of placeholders. */
export class PostgresCatalog {
  readonly #types = new Map<number, TextType>()
  readonly #placeholders = new Map<string, readonly number[]>()

  /** The types of a statement's placeholders, if it was described before. */
  placeholders(query: string): readonly number[] | undefined {
    return this.#placeholders.get(query)
  }

  describe(query: string, types: readonly number[]): void {
    const [oldest] = this.#placeholders.keys()
    if (this.#placeholders.size >= MAX_STATEMENTS && oldest !== undefined) this.#placeholders.delete(oldest)
    this.#placeholders.set(query, types)
  }

  forget(query: string): void {
    this.#placeholders.delete(query)
  }

  /** What each of these types is, all of them looked up. */
  type(oid: number): TextType {
    return this.#known(oid) ?? { kind: 'scalar', oid }
  }

  /** Those that {@link type} cannot tell yet. */
  unknown(oids: readonly number[]): number[] {
    return oids.filter(oid => this.#known(oid) === undefined)
  }

  async lookUp(sql: Sql, oids: readonly number[]): Promise<void> {
    await this.#lookUp(sql, oids, 0)
  }

  async #lookUp(sql: Sql, oids: readonly number[], depth: number): Promise<void> {
    const wanted = [...new Set(this.unknown(oids))]
    if (wanted.length === 0 || depth > MAX_DEPTH) return
    const rows = await sql.unsafe(LOOK_UP, [`{${wanted.join(',')}}`], EXTENDED).values()
    const found = rows.map(row => row.map(String))
    await this.#lookUp(
      sql,
      found.flatMap(([, , item, base]) => [Number(item), Number(base)]).filter(oid => oid > 0),
      depth + 1,
    )
    for (const [oid, category, item, base, delimiter = ','] of found) {
      this.#types.set(
        Number(oid),
        this.#made(Number(oid), category === 'A', Number(item), Number(base), delimiter),
      )
    }
    // What was dropped meanwhile is text.
    for (const oid of wanted) if (!this.#types.has(oid)) this.#types.set(oid, { kind: 'scalar', oid })
  }

  #made(oid: number, isArray: boolean, item: number, base: number, delimiter: string): TextType {
    if (base > 0) return this.type(base)
    if (isArray && item > 0) return { kind: 'array', items: this.type(item), delimiter }
    return { kind: 'scalar', oid }
  }

  #known(oid: number): TextType | undefined {
    return BUILT_IN.get(oid) ?? this.#types.get(oid)
  }
}
