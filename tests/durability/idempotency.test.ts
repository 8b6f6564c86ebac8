import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { JsonObject } from '../../src/std/json.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import type { Answer, Client } from '../harness/client.ts'
import { runLoad } from '../harness/load.ts'
import { longTier } from '../harness/needs.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { until } from '../harness/until.ts'

const KEYS = 1_000
const DUPLICATES = 20
const KILLS = longTier ? 200 : 6
const POSTERS = 16
/** What a load without a kill would end with: far more than is answered before any kill. */
const NEVER_REACHED = 100_000

async function declare(client: Client, id: string, deduplication: JsonObject, config: JsonObject = {}) {
  const guarded = { deduplication: { header: 'idempotency-key', ...deduplication }, ...config }
  await client.declare(echoWorkflow(id), channel(id, { config: guarded }))
}

function post(client: Client, id: string, key: string): Promise<Answer> {
  return client.post(id, { key }, { 'idempotency-key': key })
}

describe(`${KEYS} keys, ${DUPLICATES} racing duplicates each`, () => {
  test.each(['reject', 'replay'])('run once each, with "%s"', async on_duplicate => {
    await using server = await startServer()
    const { client } = server
    await declare(client, 'orders', { on_duplicate })
    const { outcomes, failures } = await runLoad({
      connections: 4,
      total: KEYS,
      send: n => Promise.all(Array.from({ length: DUPLICATES }, () => post(client, 'orders', `key-${n}`))),
    })
    expect(failures).toEqual([])
    for (const answers of outcomes) {
      const ran = answers.filter(
        ({ status, headers }) => status === 200 && !headers.has('idempotent-replayed'),
      )
      expect(ran).toHaveLength(1)
      for (const { status, text } of answers) {
        if (status === 200) expect(text).toBe(ran[0]?.text ?? '')
        else expect(status).toBe(409)
      }
      if (on_duplicate === 'reject')
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(DUPLICATES - 1)
    }
    expect((await client.request('GET', '/api/v1/data/traces')).at('total')).toBe(KEYS)
  })
})

describe(`${KILLS} kills with -9 between answers`, () => {
  test.each([
    ['with their traces', {}],
    ['without traces', { tracing: { mode: 'off' } }],
  ])('forget no key that was answered, %s', async (_which, config) => {
    await using folder = await tempFolder()
    const answered = new Map<string, string>()
    for (let round = 0; round < KILLS; round++) {
      await using server = await startServer({ folder: folder.path })
      if (round === 0) await declare(server.client, 'orders', { on_duplicate: 'replay' }, config)
      const before = answered.size
      await loadUntilKilled(server, round, answered)
      expect(answered.size).toBeGreaterThan(before)
      await using again = await startServer({ folder: folder.path })
      await expectAnsweredAgain(again.client, answered)
    }
  })
})

/** Fresh keys, as fast as they are answered; the kill comes at another moment in each round. */
async function loadUntilKilled(server: RunningServer, round: number, answered: Map<string, string>) {
  const killAt = answered.size + 10 + ((round * 61) % 230)
  const { failures } = await runLoad({
    connections: POSTERS,
    total: NEVER_REACHED,
    stopAtFailure: true,
    async send(n) {
      const key = `key-${round}-${n}`
      const { status, text } = await post(server.client, 'orders', key)
      expect(status).toBe(200)
      answered.set(key, text)
      if (answered.size === killAt) await server.kill9()
    },
  })
  expect(failures.map(({ error }) => error).filter(isAssertion)).toEqual([])
}

/** The answer has the id of its run, so the same bytes are of the same run. */
async function expectAnsweredAgain(client: Client, answered: ReadonlyMap<string, string>): Promise<void> {
  const keys = [...answered]
  const { failures } = await runLoad({
    connections: POSTERS,
    total: keys.length,
    async send(n) {
      const [key = '', text = ''] = keys[n] ?? []
      const again = await post(client, 'orders', key)
      const replayed = again.headers.get('idempotent-replayed')
      expect({ key, text: again.text, replayed }).toEqual({ key, text, replayed: 'true' })
    },
  })
  expect(failures).toEqual([])
}

/** A failed `expect`, against a connection that the kill broke. */
function isAssertion(error: unknown): boolean {
  return error instanceof Error && error.message.includes('expect(')
}

test('keys whose window is over are removed by and by', async () => {
  await using server = await startServer()
  const { client, folder } = server
  await declare(client, 'orders', { window_secs: 1 })
  await declare(client, 'payments', {})
  for (let n = 0; n < 500; n++) await post(client, 'orders', `key-${n}`)
  await post(client, 'payments', 'lasting')
  await until('The expired keys are gone', () => rowsIn(folder) === 1 || undefined)
  expect((await post(client, 'payments', 'lasting')).status).toBe(409)
})

function rowsIn(folder: string): number {
  using database = new Database(join(folder, 'orion.db'), { readonly: true })
  return database.query('select seq from idempotency_keys').values().length
}
