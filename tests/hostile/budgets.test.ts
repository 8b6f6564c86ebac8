import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { openApp } from '../harness/app.ts'
import { channel, mapTask, parseTask, workflow } from '../harness/samples.ts'
import { nested, range } from './attack.ts'

interface Budget {
  readonly key: string
  /** A rule that needs exactly `enough`. */
  readonly enough: number
  readonly rule: Json
  readonly payload?: Json
}

const loop = (count: number): Json => ({ map: [range(count), { var: '' }] })

/** Budgets of a running rule: it does with exactly as much as it needs, and fails with less. */
const running: readonly Budget[] = [
  { key: 'ops_budget', enough: 0, rule: loop(50) },
  { key: 'message_ops_budget', enough: 0, rule: loop(50) },
  {
    key: 'max_result_chars',
    enough: 12,
    rule: { cat: [{ var: 'data.in' }, { var: 'data.in' }] },
    payload: 'sixsix',
  },
  {
    key: 'max_result_items',
    enough: 8,
    rule: { merge: [{ var: 'data.in' }, { var: 'data.in' }] },
    payload: range(4),
  },
]

/** The least budget with which the rule gives a result. */
async function needed({ key, enough, rule, payload }: Budget): Promise<number> {
  if (enough > 0) return enough
  let [low, high] = [1, 1000]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const { text } = await run({ [key]: middle }, { rule, payload })
    if (text.includes('BUDGET_EXCEEDED')) low = middle + 1
    else high = middle
  }
  return low
}

async function run(
  limits: Readonly<Record<string, number>>,
  { rule, payload = null }: { rule: Json; payload?: Json | undefined },
  rest: JsonObject = {},
) {
  await using app = await openApp({ env: variables(limits) })
  const task = mapTask('out', { 'data.out': rule }, { continue_on_error: true, ...rest })
  await app.client.declare(workflow('budget', [parseTask(), task]), channel('budget'))
  const answer = await app.client.post('budget', payload)
  const trace = await app.client.request('GET', '/api/v1/data/traces?limit=1')
  return { answer, text: answer.text, said: String(trace.at('data.0.error_message')) }
}

function variables(limits: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(limits).map(([key, limit]) => [`ORION_ENGINE__${key.toUpperCase()}`, String(limit)]),
  )
}

describe.each(running.map(budget => [budget.key, budget] as const))('engine.%s', (key, budget) => {
  test('lets a rule have as much as it says, and no more', async () => {
    const enough = await needed(budget)
    expect((await run({ [key]: enough }, budget)).text).toContain('"out":')
    const { answer } = await run({ [key]: enough - 1 }, budget)
    expect(answer.status).toBe(200)
    expect(answer.at('data.out')).toBeUndefined()
    expect(answer.at('errors.0')).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining(`(${key} = ${enough - 1})`),
    })
  })

  test('is not swallowed by try', async () => {
    const enough = await needed(budget)
    const caught = { ...budget, rule: { try: [budget.rule, 'swallowed'] } }
    const { answer } = await run({ [key]: enough - 1 }, caught)
    expect(answer.at('errors.0.code')).toBe('BUDGET_EXCEEDED')
    expect(answer.text).not.toContain('swallowed')
  })

  test('fails the run in a condition, whatever the task says about errors', async () => {
    const tight = Math.floor((await needed(budget)) / 4)
    const condition = { '!!': [budget.rule] }
    const { answer, said } = await run({ [key]: tight }, { rule: 1, payload: budget.payload }, { condition })
    expect(answer.status).toBe(500)
    expect(answer.at('error.code')).toBe('ENGINE_ERROR')
    expect(said).toContain(`(${key} = ${tight})`)
  })
})

test('engine.message_ops_budget counts the rules of all tasks, engine.ops_budget each rule', async () => {
  const tasks = range(10).map(at => mapTask(`t${at}`, { [`data.t${at}`]: loop(50) }))
  for (const [key, status] of [
    ['ops_budget', 200],
    ['message_ops_budget', 500],
  ] as const) {
    await using app = await openApp({ env: variables({ [key]: 500 }) })
    await app.client.declare(workflow('many', tasks), channel('many'))
    expect((await app.client.post('many', null)).status).toBe(status)
  }
})

describe('engine.max_array_padding', () => {
  test('bounds the nulls that a write adds', async () => {
    await using app = await openApp({ env: variables({ max_array_padding: 5 }) })
    const write = (index: number) =>
      mapTask(`w${index}`, { [`data.l${index}.${index}`]: 1 }, { continue_on_error: true })
    await app.client.declare(workflow('pads', [write(5), write(6)]), channel('pads'))
    const answer = await app.client.post('pads', null)
    expect(answer.at('data.l5')).toEqual([null, null, null, null, null, 1])
    expect(answer.at('data.l6')).toBeUndefined()
    expect(answer.at('errors.0')).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(/index 6 .* more than 5 \(engine\.max_array_padding\)/),
    })
  })
})

/** Budgets of a rule as it is written: a definition beyond them is not taken. */
const written: readonly [key: string, enough: number, rule: Json][] = [
  ['max_logic_depth', 5, nested({ var: 'data' }, 5, inner => ({ '!': [inner] }))],
  ['max_logic_nodes', 12, { '+': [{ var: 'data' }, ...range(9)] }],
]

describe.each(written)('engine.%s', (key, enough, rule) => {
  const definitions = {
    'a mapping': workflow('deep', [mapTask('out', { 'data.out': rule })]),
    'a condition of a task': workflow('deep', [mapTask('out', { 'data.out': 1 }, { condition: rule })]),
    'the condition of a workflow': workflow('deep', [mapTask('out', { 'data.out': 1 })], { condition: rule }),
  }

  test.each(Object.entries(definitions))('bounds %s when it is stored', async (_, definition) => {
    await using enoughApp = await openApp({ env: variables({ [key]: enough }) })
    expect((await enoughApp.client.admin('POST', 'workflows', definition)).status).toBe(201)
    await using tightApp = await openApp({ env: variables({ [key]: enough - 1 }) })
    const answer = await tightApp.client.admin('POST', 'workflows', definition)
    expect(answer.status).toBe(400)
    expect(answer.at('error.details.0')).toMatchObject({
      code: 'INVALID_LOGIC',
      message: expect.stringContaining(`${key} = ${enough - 1}`),
    })
  })
})
