import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { Comparison } from './comparison.ts'
import type { KeptResult } from './kept-result.ts'

function answered(data: Json, fields: Partial<KeptResult> = {}, errors: Json = []): KeptResult {
  return {
    id: 'm',
    status: 'completed',
    result_json: JSON.stringify({ id: 'm', status: 'ok', data, errors }),
    error_message: null,
    answer_notes_json: null,
    ...fields,
  }
}

function shaped(body: Json, notes: JsonObject): KeptResult {
  return {
    ...answered(null),
    result_json: JSON.stringify(body),
    answer_notes_json: JSON.stringify(notes),
  }
}

function compared(...pairs: [old: KeptResult, new: KeptResult, ...stubbed: string[]][]) {
  const comparison = new Comparison()
  for (const [old, new_, ...stubbed] of pairs) comparison.add({ old, new: new_, stubbed })
  return comparison.report()
}

describe('a comparison', () => {
  test('finds results equal whatever the order of their keys', () => {
    const report = compared([answered({ a: 1, b: 2 }), answered({ b: 2, a: 1 })])
    expect(report).toEqual({ compared: 1, equal: 1, not_comparable: 0, fields: [] })
  })

  test('counts each field that differs over all runs, with its first difference', () => {
    const report = compared(
      [answered({ total: 1, tier: 'gold' }), answered({ total: 2, tier: 'gold' })],
      [answered({ total: 3, tier: 'gold' }), answered({ total: 4 })],
      [answered({}), answered({})],
    )
    expect(report).toEqual({
      compared: 3,
      equal: 1,
      not_comparable: 0,
      fields: [
        { path: 'data.total', differences: 2, example: { trace_id: 'm', old: 1, new: 2 } },
        { path: 'data.tier', differences: 1, example: { trace_id: 'm', old: 'gold' } },
      ],
    })
  })

  test('tells a run that failed from one that did not', () => {
    const failed = answered({}, { status: 'failed', error_message: 'no' })
    expect(compared([answered({}), failed]).fields.map(({ path }) => path)).toEqual(['error', 'status'])
  })

  test('compares collected errors, but not when they happened', () => {
    const entry = (message: string, timestamp: string) => [{ code: 'TASK_ERROR', message, timestamp }]
    const report = compared(
      [answered({}, {}, entry('a', '1')), answered({}, {}, entry('a', '2'))],
      [answered({}, {}, entry('a', '1')), answered({}, {}, entry('b', '1'))],
    )
    expect(report).toMatchObject({ equal: 1, fields: [{ path: 'errors[0].message', differences: 1 }] })
  })

  test('compares status, headers and body of an answer that is no envelope', () => {
    const report = compared([
      shaped({ id: 1 }, { status: 201, headers: ['location'] }),
      shaped({ id: 2 }, { status: 409, headers: ['location'] }),
    ])
    expect(report.fields.map(({ path }) => path)).toEqual(['answer.body.id', 'answer.status'])
  })

  test('does not look where a call that did not happen would have answered', () => {
    const old = answered({ sent: { id: 7 }, list: [{ id: 7 }], total: 1 })
    const new_ = answered({ sent: null, list: [null], total: 2 })
    expect(compared([old, new_, 'data.sent', 'data.list.0']).fields.map(({ path }) => path)).toEqual([
      'data.total',
    ])
  })

  test('does not compare an answer that may hold what such a call would have answered', () => {
    const report = compared([shaped(1, { status: 200 }), shaped(2, { status: 200 }), 'data.sent'])
    expect(report).toMatchObject({ compared: 0, not_comparable: 1, fields: [] })
  })

  test('shows no secret, neither as a field nor below one', () => {
    const report = compared([
      answered({ password: 'p1', user: 'u1', link: 'https://a:b@host/' }),
      answered({ password: 'p2', user: { token: 't2' }, link: 'https://a:c@host/' }),
    ])
    expect(report.fields.map(({ path, example }) => [path, example.old, example.new])).toEqual([
      ['data.link', 'https://******:******@host/', 'https://******:******@host/'],
      ['data.password', '******', '******'],
      ['data.user', 'u1', { token: '******' }],
    ])
  })

  test('stays small', () => {
    const wide = (value: number) =>
      answered(Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`k${at}`, value])))
    const report = compared([wide(1), wide(2)])
    expect(report.fields).toHaveLength(100)
    expect(report.more_differences).toBe(50)
    const long = compared([
      answered({ ['k'.repeat(999)]: 1 }),
      answered({ ['k'.repeat(999)]: 'v'.repeat(999) }),
    ])
    expect(JSON.stringify(long).length).toBeLessThan(1000)
  })
})
