import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { JsonObject } from '../../src/std/json.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import { runLoad } from '../harness/load.ts'
import { longTier } from '../harness/needs.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { importing, type Kinds } from '../harness/transfers.ts'

const KILLS = longTier ? 300 : 5
const ITEMS = 300
/** What the load would end with: far more than is answered before any kill. */
const NEVER_REACHED = 100_000

const KINDS: readonly { readonly kinds: Kinds; readonly id: string; make(id: string): JsonObject }[] = [
  { kinds: 'workflows', id: 'workflow_id', make: echoWorkflow },
  { kinds: 'channels', id: 'channel_id', make: id => channel(id) },
  {
    kinds: 'connectors',
    id: 'id',
    make: id => ({ id, name: id, connector_type: 'cache', config: { backend: 'memory' } }),
  },
]

test(`${KILLS} kills with -9 while definitions are imported leave all of an import or nothing`, async () => {
  await using folder = await tempFolder()
  let [whole, nothing] = [0, 0]
  for (let round = 0; round < KILLS; round++) {
    const imports = await importUntilKilled(folder.path, round)
    using database = new Database(join(folder.path, 'orion.db'), { readonly: true })
    for (const [name, { kinds, id, answered }] of imports) {
      const count = (sql: string) => Number(database.query(sql).values()[0]?.[0])
      const rows = count(`select count(*) from ${kinds} where ${id} like '${name}-%'`)
      const audit = count(`select count(*) from audit_logs where details like '%"${name}-0%'`)
      expect([0, ITEMS]).toContain(rows)
      expect(audit).toBe(rows === 0 ? 0 : 1)
      if (answered) expect(rows).toBe(ITEMS)
      if (rows > 0) whole++
      else nothing++
    }
  }
  console.log(`  ${whole} imports are there, of ${nothing} there is nothing`)
  expect(whole).toBeGreaterThan(0)
  expect(nothing).toBeGreaterThan(0)
  await using server = await startServer({ folder: folder.path })
  expect((await server.client.admin('GET', 'workflows/export')).status).toBe(200)
})

interface Import {
  readonly kinds: Kinds
  readonly id: string
  answered: boolean
}

/** Imports of all kinds side by side; other requests tell the time, so that each kill comes at another moment. */
async function importUntilKilled(folder: string, round: number): Promise<ReadonlyMap<string, Import>> {
  await using server = await startServer({ folder, env: { ORION_LOGGING__LEVEL: 'error' } })
  const imports = new Map<string, Import>()
  const importers = runLoad({
    connections: 2,
    total: NEVER_REACHED,
    stopAtFailure: true,
    async send(n) {
      const { kinds, id, make } = KINDS[n % KINDS.length] ?? KINDS[0] ?? fail()
      const name = `r${round}-n${n}`
      const entry: Import = { kinds, id, answered: false }
      imports.set(name, entry)
      const items = Array.from({ length: ITEMS }, (_, at) => make(`${name}-${at}`))
      const answer = await importing(server, kinds, items)
      expect(answer.status).toBe(200)
      entry.answered = true
    },
  })
  const reports = await Promise.all([importers, tickUntilKilled(server, 60 + ((round * 97) % 300))])
  for (const { failures } of reports) {
    const wrong = failures.filter(({ error }) => error instanceof Error && error.message.includes('expect('))
    expect(wrong).toEqual([])
  }
  return imports
}

function tickUntilKilled(server: RunningServer, killAfter: number) {
  let answers = 0
  return runLoad({
    connections: 2,
    total: NEVER_REACHED,
    stopAtFailure: true,
    async send() {
      expect((await server.client.request('GET', '/healthz')).status).toBe(200)
      if (++answers === killAfter) await server.kill9()
    },
  })
}

function fail(): never {
  throw new Error('There are kinds')
}
