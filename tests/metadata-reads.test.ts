import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'

/**
 * Headers, query and parameters are copied for those workflows alone that look at them; these are the ways to look.
 * Each finds the tenant, which comes in by the named way.
 */
const WAYS: readonly (readonly [string, (where: string) => Json])[] = [
  ['var with a path', where => ({ var: `metadata.${where}.tenant` })],
  ['var with a list', where => ({ var: [`metadata.${where}.tenant`] })],
  ['var with a default', where => ({ var: [`metadata.${where}.tenant`, 'nobody'] })],
  ['var of the object', where => ({ var: `metadata.${where}` })],
  ['var of all metadata', () => ({ var: 'metadata' })],
  ['var of everything', () => ({ var: '' })],
  ['var without arguments', () => ({ var: [] })],
  ['var with a computed path', where => ({ var: { cat: ['metadata.', where, '.tenant'] } })],
  ['val with segments', where => ({ val: ['metadata', where, 'tenant'] })],
  ['val of the object', where => ({ val: ['metadata', where] })],
  ['val of everything', () => ({ val: [] })],
  ['val with a computed segment', where => ({ val: ['metadata', { cat: [where, ''] }, 'tenant'] })],
  ['inside an if', where => ({ if: [true, { var: `metadata.${where}.tenant` }] })],
  ['inside an object', where => ({ a: 1, b: { c: [{ var: `metadata.${where}.tenant` }] } })],
  ['from inside an iterator', where => ({ map: [[1], { val: [[1], 'metadata', where, 'tenant'] }] })],
  [
    'from two iterators deep',
    where => ({ map: [[1], { map: [[2], { val: [[2], 'metadata', where, 'tenant'] }] }] }),
  ],
  ['as what an iterator goes over', where => ({ filter: [[{ var: `metadata.${where}.tenant` }], true] })],
  [
    'as what a reduce starts with',
    where => ({ reduce: [[1], { var: 'accumulator' }, { var: `metadata.${where}.tenant` }] }),
  ],
  [
    'after a try, whose last part sees the error',
    where => ({ try: [{ throw: 'x' }, { val: [[1], 'metadata', where, 'tenant'] }] }),
  ],
  [
    'by a default of a default',
    where => ({ '??': [{ var: 'data.none' }, { var: `metadata.${where}.tenant` }] }),
  ],
]

const SOURCES = [
  ['headers', '', { tenant: 'acme-7' }],
  ['query', '?tenant=acme-7', {}],
  ['params', '/acme-7', {}],
] as const

describe.each(SOURCES)('metadata.%s is seen', (where, path, headers) => {
  async function ask(definition: JsonObject) {
    await using app = await openApp()
    await app.client.declare(
      definition,
      channel('w', { route_pattern: where === 'params' ? '/w/{tenant}' : '/w' }),
    )
    const answer = await app.client.request('POST', `/api/v1/data/w${path}`, { headers })
    expect(answer.status).toBe(200)
    return { answer, log: await app.log() }
  }

  test.each(WAYS)('by %s', async (_, way) => {
    const { answer } = await ask(workflow('w', [mapTask('m', { 'data.found': way(where) })]))
    expect(JSON.stringify(answer.at('data'))).toContain('acme-7')
  })

  test('by the condition of a workflow', async () => {
    const condition = { '==': [{ var: `metadata.${where}.tenant` }, 'acme-7'] }
    const { answer } = await ask(workflow('w', [mapTask('m', { 'data.ran': true })], { condition }))
    expect(answer.at('data')).toEqual({ ran: true })
  })

  test('by the condition of a task, a filter and a validation', async () => {
    const logic = { '==': [{ var: `metadata.${where}.tenant` }, 'acme-7'] }
    const { answer } = await ask(
      workflow('w', [
        mapTask('m', { 'data.ran': true }, { condition: logic }),
        task('filter', { condition: logic }),
        task('validation', { rules: [{ logic, message: 'another tenant' }] }),
        mapTask('n', { 'data.passed': true }),
      ]),
    )
    expect([answer.at('data'), answer.at('errors')]).toEqual([{ ran: true, passed: true }, []])
  })

  test.each([`metadata.${where}.tenant`, `metadata.${where}`, 'metadata'])(
    'by parse_json of %s',
    async source => {
      const { answer } = await ask(workflow('w', [task('parse_json', { source, target: 'found' })]))
      expect(JSON.stringify(answer.at('data'))).toContain('acme-7')
    },
  )

  test('by the message and the fields of a log', async () => {
    const logic = { var: `metadata.${where}.tenant` }
    for (const input of [{ message: logic }, { message: 'x', fields: { t: logic } }]) {
      const { log } = await ask(workflow('w', [task('log', { level: 'error', ...input })]))
      expect(log.join('\n')).toContain('acme-7')
    }
  })
})

test('a parameter, a query and a header are seen by one workflow at once', async () => {
  await using app = await openApp()
  const tasks = [
    mapTask('m', {
      'data.all': {
        cat: [
          { var: 'metadata.params.a' },
          '-',
          { var: 'metadata.query.b' },
          '-',
          { var: 'metadata.headers.c' },
        ],
      },
    }),
  ]
  await app.client.declare(workflow('w', tasks), channel('w', { route_pattern: '/w/{a}' }))
  const answer = await app.client.request('POST', '/api/v1/data/w/1?b=2', { headers: { c: '3' } })
  expect(answer.at('data.all')).toBe('1-2-3')
})
