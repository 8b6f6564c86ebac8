import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Json } from '../../src/std/json.ts'
import { type App, openApp } from '../harness/app.ts'
import { expectEnvelope, problemsOf } from '../harness/envelope.ts'
import { longTier } from '../harness/needs.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { exported, importing } from '../harness/transfers.ts'
import { nested } from './attack.ts'
import { LoopHold, slowness } from './loop-hold.ts'

const KINDS = ['workflows', 'channels', 'connectors'] as const
const LONGEST_HOLD_MS = 50

let app: App

beforeAll(async () => {
  app = await openApp({ env: { ORION_INGEST__MAX_PAYLOAD_SIZE: '20000000' } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A text as the body of an import, whatever it is. */
function sending(kinds: string, body: string, type = 'application/json') {
  return app.client.request('POST', `/api/v1/admin/${kinds}/import?atomic=false`, {
    body,
    headers: { 'content-type': type },
  })
}

async function expectNothing(): Promise<void> {
  for (const kinds of KINDS) expect(await exported(app, kinds)).toEqual([])
  expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
}

describe.each(KINDS)('a body that is no list of %s', kinds => {
  test.each([
    ['7', { '': 'TYPE_MISMATCH' }],
    ['null', { '': 'TYPE_MISMATCH' }],
    ['"[]"', { '': 'TYPE_MISMATCH' }],
    ['{}', { data: 'REQUIRED' }],
    ['{"data":null}', { data: 'TYPE_MISMATCH' }],
    ['{"data":{"0":{},"length":1}}', { data: 'TYPE_MISMATCH' }],
    ['{"__proto__":{"data":[{}]}}', { data: 'REQUIRED' }],
    [`[${'null,'.repeat(100_000)}null]`, { '': 'TOO_LONG' }],
    [`{"data":[${'{},'.repeat(10_000)}{}]}`, { data: 'TOO_LONG' }],
  ])('%.40s', async (body, problems: Record<string, string>) => {
    const answer = await sending(kinds, body)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(problemsOf(answer)).toEqual(problems)
    await expectNothing()
  })

  test.each([
    ['', 400, 'BAD_REQUEST'],
    ['[', 400, 'BAD_REQUEST'],
    ['[{"name":"\\ud800"}]', 400, 'BAD_REQUEST'],
    ['['.repeat(200) + ']'.repeat(200), 400, 'BAD_REQUEST'],
    ['[{"priority":1e999}]', 400, 'NUMBER_OUT_OF_RANGE'],
  ])('%.40s is refused before it is read', async (body, status, code) => {
    expectEnvelope(await sending(kinds, body), status, code)
    await expectNothing()
  })

  test('in another form than JSON', async () => {
    expectEnvelope(await sending(kinds, '[]', 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('larger than bodies may be', async () => {
    expectEnvelope(await sending(kinds, `["${'x'.repeat(20_000_000)}"]`), 413, 'PAYLOAD_TOO_LARGE')
  })
})

/** Items that no kind can take. */
const ITEMS: readonly (readonly [string, Json])[] = [
  ['null', null],
  ['a number', 7],
  ['a text', 'workflow'],
  ['a list', [[[]]]],
  ['nothing at all', {}],
  ['an ancestry', JSON.parse('{"__proto__":{"polluted":true,"name":"x"},"constructor":{"prototype":{}}}')],
  [
    'an id of the prototype',
    { workflow_id: '__proto__', channel_id: '__proto__', id: '__proto__', name: 'x' },
  ],
  ['ids that are no texts', { workflow_id: [], channel_id: {}, id: 5, name: {}, tags: 'x' }],
  ['texts without end', { name: 'x'.repeat(100_000), description: 'y'.repeat(100_000) }],
  ['deep junk', { name: 'x', tasks: nested(1, 100, value => [value]), config: nested(1, 100, a => ({ a })) }],
  ['NUL', { workflow_id: 'a\0b', channel_id: 'a\0b', id: 'a\0b', name: 'a\0b' }],
]

describe.each(KINDS)('items that are no %s', kinds => {
  test.each(ITEMS)('%s', async (_, item) => {
    const refused = await importing(app, kinds, [item])
    expect([refused.status, refused.at('error.code'), refused.at('failed')]).toEqual([
      400,
      'VALIDATION_ERROR',
      1,
    ])
    for (const path of Object.keys(problemsOf(refused))) expect(path).toStartWith('[0]')
    const told = await importing(app, kinds, [item], '?atomic=false&on_conflict=new_version')
    expect([told.status, told.at('imported'), told.at('failed')]).toEqual([200, 0, 1])
    await expectNothing()
  })

  test('ten thousand of them are counted, and a thousand problems told', async () => {
    const answer = await importing(
      app,
      kinds,
      Array.from({ length: 10_000 }, () => null),
    )
    expect([answer.at('failed'), Object(answer.at('error')).details.length]).toEqual([10_000, 1000])
    await expectNothing()
  })
})

test('a thousand definitions and their export leave room for others', async () => {
  await using busy = await openApp()
  const held: number[] = []
  const watch = async (work: () => Promise<unknown>) => {
    const before = slowness()
    const hold = new LoopHold()
    await work()
    held.push(hold.end() / Math.max(before, slowness()))
  }
  const ids = Array.from({ length: 1000 }, (_, at) => `d${at}`)
  await watch(() => importing(busy, 'workflows', ids.map(echoWorkflow)))
  await watch(() =>
    importing(
      busy,
      'channels',
      ids.map(id => channel(id)),
    ),
  )
  await watch(() => exported(busy, 'workflows'))
  expect(await exported(busy, 'channels')).toHaveLength(1000)
  console.log(`  held at the longest: ${held.map(ms => `${ms.toFixed(1)} ms`).join(', ')}`)
  if (longTier) expect(Math.max(...held)).toBeLessThan(LONGEST_HOLD_MS)
})
