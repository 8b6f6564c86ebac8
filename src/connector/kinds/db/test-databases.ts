import { join } from 'node:path'
import { ROOT } from '../../../../scripts/root.ts'
import { type Address, mysql, postgres } from '../../../../tests/harness/backing.ts'
import { testNeeding } from '../../../../tests/harness/needs.ts'
import { systemClock } from '../../../std/clock.ts'
import { writeExactIntegers } from '../../../std/exact-integers.ts'
import type { Json, JsonObject } from '../../../std/json.ts'
import { Egress } from '../../egress/egress.ts'
import { systemLookup } from '../../egress/host-lookups.ts'
import { ConnectorError } from '../../failure.ts'
import type { Dialect, ReadOptions, SqlClient, Written } from './client.ts'
import { databaseKind } from './kind.ts'
import type { DatabaseNeeds } from './needs.ts'

writeExactIntegers()

const ROW_LIMITS = { maxRows: 1000, maxBytes: 1_000_000 }
const SQLITE_COMMAND = [Bun.argv[0] ?? 'bun', join(ROOT, 'src/main.ts')]
const FORMS = { numericAs: 'auto', binaryAs: 'auto' } as const

/** One database with a client over it. */
export interface TestDatabase extends AsyncDisposable {
  readonly client: SqlClient
  readonly url: string
  /** The rows, or the error with what the author of the workflow sees of it. */
  read(query: string, params?: readonly Json[], options?: Partial<ReadOptions>): Promise<JsonObject[]>
  write(...statements: readonly (readonly [string, ...Json[]])[]): Promise<Written[]>
}

/** A dialect as the suite that all pass writes it. */
export interface TestDialect {
  readonly dialect: Dialect
  readonly test: ReturnType<typeof testNeeding>
  /** The placeholder at a position. */
  readonly at: (position: number) => string
  /** Takes far longer than a test waits. */
  readonly slow: string
  /** So many rows. */
  readonly rows: (count: number) => string
  open(config?: JsonObject): Promise<TestDatabase>
}

export const POSTGRES: TestDialect = {
  dialect: 'postgres',
  test: testNeeding('postgres'),
  at: position => `$${position}`,
  slow: 'SELECT pg_sleep(60)',
  rows: count => `SELECT n FROM generate_series(1, ${count}) AS n`,
  open: async config => onServer(await (await postgres()).freshDatabase(), config),
}

export const MYSQL: TestDialect = {
  dialect: 'mysql',
  test: testNeeding('mysql'),
  at: () => '?',
  slow: 'SELECT sleep(60)',
  rows: count =>
    `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${count}) SELECT n FROM s`,
  open: async config => onServer(await (await mysql()).freshDatabase(), config),
}

export const SQLITE: TestDialect = {
  dialect: 'sqlite',
  test: testNeeding(),
  at: () => '?',
  slow: 'WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT count(*) AS c FROM s',
  rows: count =>
    `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${count}) SELECT n FROM s`,
  open: async config => over(openClient('sqlite::memory:', config), 'sqlite::memory:'),
}

async function onServer(database: Address & AsyncDisposable, config: JsonObject = {}): Promise<TestDatabase> {
  return over(openClient(database.url, config), database.url, database)
}

export function openClient(
  url: string,
  config: JsonObject = {},
  needs: Partial<DatabaseNeeds> = {},
): SqlClient {
  const whole = { connection_string: url, ...config }
  const egress = new Egress({ lists: {}, lookup: systemLookup, clock: systemClock })
  return databaseKind.open(whole, {
    name: 'db',
    clock: systemClock,
    userAgent: 'orion/test',
    dialler: egress.dialler('db', 'db', whole),
    databases: {
      rowLimits: ROW_LIMITS,
      sqlite: { folder: '', ownFile: undefined, command: SQLITE_COMMAND },
      ...needs,
    },
  })
}

const NEVER = new AbortController().signal

export function over(client: SqlClient, url: string, owned?: AsyncDisposable): TestDatabase {
  return {
    client,
    url,
    read: (query, params = [], options = {}) =>
      client.read({ query, params }, { ...FORMS, ...options }, NEVER),
    write: (...statements) =>
      client.write(
        statements.map(([query, ...params]) => ({ query, params })),
        {},
        NEVER,
      ),
    async [Symbol.asyncDispose]() {
      await client.close()
      await owned?.[Symbol.asyncDispose]()
    },
  }
}

/** The error of what fails. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const outcome = await call.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome && outcome.error instanceof ConnectorError) return outcome.error
  throw new Error('It did not fail with a ConnectorError', { cause: outcome })
}
