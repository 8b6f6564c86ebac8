import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../src/std/json.ts'
import { type App, openApp } from '../harness/app.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import type { Answer, Client } from '../harness/client.ts'
import { expectEnvelope } from '../harness/envelope.ts'
import { longTier } from '../harness/needs.ts'
import { channel, logWorkflow, mapTask, parseTask, workflow } from '../harness/samples.ts'
import type { Attack, Ending } from './attack.ts'
import { bodyAttacks, xmlAttacks } from './bodies.ts'
import { costlyAttacks } from './costly.ts'
import { definitionAttacks } from './definitions.ts'
import { LoopHold, slowness } from './loop-hold.ts'
import { ruleAttacks } from './rules.ts'
import { workflowAttacks } from './workflows.ts'
import { writeAttacks } from './writes.ts'

/** What nothing that a stranger sends may exceed. */
const LONGEST_HOLD_MS = 50
/** Tries until an attack keeps to it: this process shares its machine, and what is inherent shows every time. */
const TRIES = 6

const attacks = [
  ...bodyAttacks,
  ...xmlAttacks,
  ...workflowAttacks,
  ...writeAttacks,
  ...definitionAttacks,
  ...ruleAttacks,
  ...costlyAttacks,
].map((attack, at) => ({ ...attack, id: `attack-${at}` }))

test('there are more than sixty attacks, each with a name of its own', () => {
  expect(attacks.length).toBeGreaterThan(60)
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
})

/** Declares what the attack needs; the answer of the refusal, if it is one. */
async function prepare(
  client: Client,
  { id, tasks, fields }: { id: string } & Attack,
  config: JsonObject = {},
): Promise<Answer | undefined> {
  if (tasks === undefined) {
    const copies = [parseTask(), mapTask('copy', { 'data.out': { var: 'data.in' } })]
    await client.declare(workflow(id, copies), channel(id, { config }))
    return undefined
  }
  const created = await client.admin('POST', 'workflows', workflow(id, tasks(), fields))
  if (created.status !== 201) return created
  const activated = await client.setStatus('workflows', id, 'active')
  if (activated.status !== 200) return activated
  await client.admin('POST', 'channels', channel(id, { config }))
  expect((await client.setStatus('channels', id, 'active')).status).toBe(200)
  return undefined
}

async function expectEnding(client: Client, answer: Answer, ends: Ending): Promise<void> {
  if (ends.kind === 'answer') {
    expect({ status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status: 200 })
    if (ends.out !== undefined) expect(answer.at('data.out') ?? null).toEqual(ends.out)
    return
  }
  expectEnvelope(answer, ends.status, ends.code)
  // A refused definition comes with up to a thousand problems.
  expect(answer.text.length).toBeLessThan(ends.kind === 'refused' ? 300_000 : 10_000)
  if (ends.kind === 'refused') expect(answer.text).toContain(ends.says)
  else {
    const trace = await client.request('GET', '/api/v1/data/traces?limit=1')
    expect(trace.at('data.0.error_message')).toContain(ends.says)
  }
}

/** What is live is read anew with every change, so an attack goes when it is over. */
async function remove(client: Client, id: string): Promise<void> {
  for (const kind of ['channels', 'workflows'] as const) {
    await client.setStatus(kind, id, 'archived')
    await client.admin('DELETE', `${kind}/${id}`)
  }
}

/** One in so many attacks is explained in every run, all are in the long tier. */
const EXPLAINED = longTier ? 1 : 5
const WAYS = [
  ['as they are', attacks, {}, {}],
  [
    'explained',
    attacks.filter((_, at) => at % EXPLAINED === 0),
    { explain: true },
    { 'x-orion-explain': '1' },
  ],
] as const

describe.each(WAYS)('in this process, %s', (_way, chosen, config, headers) => {
  let app: App
  const holds: { name: string; ms: number }[] = []

  beforeAll(async () => {
    app = await openApp({ env: { ORION_LOGGING__LEVEL: 'error' } })
  })
  afterAll(async () => {
    await app[Symbol.asyncDispose]()
    const longest = holds.sort((a, b) => b.ms - a.ms).slice(0, 10)
    console.log(longest.map(({ name, ms }) => `${ms.toFixed(1).padStart(7)} ms  ${name}`).join('\n'))
  })

  /** The answer, and how long the loop was held, as if the machine had nothing else to do. */
  async function strike(send: () => Promise<Answer>): Promise<{ answer: Answer; heldMs: number }> {
    const before = slowness()
    const hold = new LoopHold()
    const answer = await send()
    const heldMs = hold.end()
    return { answer, heldMs: heldMs / Math.max(before, slowness()) }
  }

  /** Times depend on what else the machine does; the long tier runs where nothing else does. */
  function note(name: string, ms: number): void {
    holds.push({ name, ms })
    if (longTier) expect(ms).toBeLessThan(LONGEST_HOLD_MS)
  }

  test.each(chosen.map(attack => [attack.name, attack] as const))('%s', async (name, attack) => {
    const { client } = app
    const refusal = await strike(
      async () => (await prepare(client, attack, config)) ?? (await client.request('GET', '/healthz')),
    )
    if (refusal.answer.status !== 200) return expectEnding(client, refusal.answer, attack.ends)
    const body = attack.body?.() ?? '{"data":null}'
    const send = () => client.request('POST', `/api/v1/data/${attack.id}`, { body, headers })
    let shortestMs = Number.POSITIVE_INFINITY
    for (let at = 0; at < TRIES && shortestMs > LONGEST_HOLD_MS; at++) {
      const { answer, heldMs } = await strike(send)
      await expectEnding(client, answer, attack.ends)
      shortestMs = Math.min(shortestMs, heldMs)
    }
    await remove(client, attack.id)
    note(name, shortestMs)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('a definition that takes long to check', () => {
  const holds: { name: string; ms: number }[] = []

  afterAll(() => {
    const longest = holds.sort((a, b) => b.ms - a.ms).slice(0, 5)
    console.log(longest.map(({ name, ms }) => `${ms.toFixed(1).padStart(7)} ms  ${name}`).join('\n'))
  })

  test.each(definitionAttacks.map(attack => [attack.name, attack] as const))('%s', async (name, attack) => {
    await using app = await openApp({ env: { ORION_LOGGING__LEVEL: 'error' } })
    const definition = workflow('w', attack.tasks?.() ?? [])
    for (const path of ['workflows/validate', 'workflows']) {
      let shortestMs = Number.POSITIVE_INFINITY
      for (let at = 0; at < TRIES && shortestMs > LONGEST_HOLD_MS; at++) {
        const before = slowness()
        const hold = new LoopHold()
        const { status } = await app.client.admin('POST', path, definition)
        const heldMs = hold.end() / Math.max(before, slowness())
        expect([200, 201, 400, 409]).toContain(status)
        shortestMs = Math.min(shortestMs, heldMs)
      }
      holds.push({ name: `${path}: ${name}`, ms: shortestMs })
      if (longTier) expect(shortestMs).toBeLessThan(LONGEST_HOLD_MS)
    }
  })
})

describe('in the executable, while others are served', () => {
  let server: RunningServer

  beforeAll(async () => {
    server = await startServer({ env: { ORION_LOGGING__LEVEL: 'error' } })
    await server.client.declare(logWorkflow('calm'), channel('calm'))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each(attacks.map(attack => [attack.name, attack] as const))('%s', async (_name, attack) => {
    const { client } = server
    const refusal = await prepare(client, attack)
    if (refusal !== undefined) return expectEnding(client, refusal, attack.ends)
    const body = attack.body?.() ?? '{"data":null}'
    const [answer, ...others] = await Promise.all([
      client.request('POST', `/api/v1/data/${attack.id}`, { body }),
      client.request('GET', '/healthz'),
      client.post('calm', { n: 1 }),
    ])
    expect(others.map(({ status }) => status)).toEqual([200, 200])
    if (attack.ends.kind !== 'failed') await expectEnding(client, answer, attack.ends)
    else expectEnvelope(answer, attack.ends.status, attack.ends.code)
    await remove(client, attack.id)
  })
})
