import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { freePort, type RunningServer, startServer } from '../harness/binary.ts'
import { runLoad } from '../harness/load.ts'
import { longTier } from '../harness/needs.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { until } from '../harness/until.ts'

const KILLS = longTier ? 2_000 : 20
/** Then an empty one: a database that has grown for a thousand rounds would only make each start slower. */
const KILLS_PER_DATABASE = 50
const POSTERS = 16
const AUTHORS = 4
/** What a load without a kill would end with: far more than is answered before any kill. */
const NEVER_REACHED = 100_000

/** What the server answered with success before it was killed; each round's is looked for after its own kill. */
interface Acknowledged {
  /** Id of each trace, with the number that its request carried. */
  readonly traces: Map<string, number>
  readonly drafts: Set<string>
  readonly activated: Set<string>
}

test(`${KILLS} kills with -9 in a load lose nothing that was answered`, async () => {
  for (let done = 0; done < KILLS; done += KILLS_PER_DATABASE) {
    await surviveKills(Math.min(KILLS_PER_DATABASE, KILLS - done))
    if (longTier) console.log(`  ${done + KILLS_PER_DATABASE} of ${KILLS} kills lost nothing`)
  }
})

async function surviveKills(kills: number): Promise<void> {
  await using folder = await tempFolder()
  let before: Acknowledged = { traces: new Map(), drafts: new Set(), activated: new Set() }
  for (let round = 0; round < kills; round++) {
    await using server = await startServer({ folder: folder.path })
    if (round === 0) await server.client.declare(echoWorkflow('echo'), channel('echo'))
    await expectAllThere(server, before)
    before = await loadUntilKilled(server, round)
    expect(before.traces.size).toBeGreaterThan(0)
  }
  await using server = await startServer({ folder: folder.path })
  await expectAllThere(server, before)
  expect(await server.stop()).toBe(0)
  expect((await readdir(folder.path)).filter(name => name.startsWith('orion.db'))).toEqual(['orion.db'])
}

test.each(['orion.db', 'orion.db-wal', 'migration applied', 'Engine reloaded', 'ready'])(
  'a kill with -9 while it starts for the first time, once there is "%s", is no harm',
  async moment => {
    await using folder = await tempFolder()
    const log = join(folder.path, 'first.log')
    const first = await spawnServer(folder.path, log)
    const look = async () =>
      (await readdir(folder.path)).includes(moment) ||
      (await Bun.file(log).text()).includes(moment) ||
      undefined
    await until(`There is "${moment}"`, look)
    first.kill('SIGKILL')
    await first.exited
    await using server = await startServer({ folder: folder.path })
    expectIntact(join(folder.path, 'orion.db'))
    await server.client.declare(echoWorkflow('echo'), channel('echo'))
    expect((await server.client.post('echo', 1)).status).toBe(200)
  },
)

async function spawnServer(folder: string, log: string): Promise<Bun.Subprocess> {
  await buildBinary()
  await Bun.write(log, '')
  return Bun.spawn([BINARY], {
    cwd: folder,
    env: { ORION_SERVER__PORT: String(freePort()), ORION_SERVER__HOST: '127.0.0.1' },
    stdout: Bun.file(log),
    stderr: 'ignore',
  })
}

/** Requests and definitions at once; the kill comes at another moment in each round. */
async function loadUntilKilled(server: RunningServer, round: number): Promise<Acknowledged> {
  const { client } = server
  const done: Acknowledged = { traces: new Map(), drafts: new Set(), activated: new Set() }
  const killAfter = 10 + ((round * 61) % 230)

  const posting = runLoad({
    connections: POSTERS,
    total: NEVER_REACHED,
    stopAtFailure: true,
    async send(n) {
      const answer = await client.post('echo', { round, n })
      expect(answer.status).toBe(200)
      done.traces.set(String(answer.at('id')), n)
      if (done.traces.size === killAfter) await server.kill9()
    },
  })
  const authoring = runLoad({
    connections: AUTHORS,
    total: NEVER_REACHED,
    stopAtFailure: true,
    async send(n) {
      const id = `w-${round}-${n}`
      expect((await client.admin('POST', 'workflows', echoWorkflow(id))).status).toBe(201)
      done.drafts.add(id)
      if (n % 3 !== 0) return
      expect((await client.setStatus('workflows', id, 'active')).status).toBe(200)
      done.activated.add(id)
    },
  })
  const reports = await Promise.all([posting, authoring])
  for (const { failures } of reports)
    expect(failures.map(({ error }) => error).filter(isAssertion)).toEqual([])
  return done
}

async function expectAllThere(
  server: RunningServer,
  { traces, drafts, activated }: Acknowledged,
): Promise<void> {
  const { client } = server
  expectIntact(join(server.folder, 'orion.db'))
  for (const [id, n] of traces) {
    const trace = await client.request('GET', `/api/v1/data/traces/${id}`)
    expect({ id, status: trace.status, n: trace.at('message.data.in.n') }).toEqual({ id, status: 200, n })
  }
  for (const id of drafts) {
    const workflow = await client.admin('GET', `workflows/${id}`)
    expect({ id, status: workflow.status }).toEqual({ id, status: 200 })
    if (activated.has(id)) expect(workflow.at('data.status')).toBe('active')
  }
}

function expectIntact(path: string): void {
  using database = new Database(path, { readonly: true })
  expect(database.query('pragma integrity_check').values()).toEqual([['ok']])
  expect(database.query('pragma foreign_key_check').values()).toEqual([])
}

/** A failed `expect`, against a connection that the kill broke. */
function isAssertion(error: unknown): boolean {
  return error instanceof Error && error.message.includes('expect(')
}
