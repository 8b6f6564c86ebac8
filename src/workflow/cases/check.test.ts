import { describe, expect, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import type { Json, JsonObject } from '../../std/json.ts'
import { readCase } from './check.ts'
import { Case } from './definition.ts'

const known = ['http_call', 'db_read']
const stubbed = { has: (name: string) => known.includes(name), names: known }

function problemsOf(document: Json): string[] {
  const read = readCase(document, stubbed)
  return 'problems' in read
    ? read.problems.map(({ path, code, message }) => `${path} ${code}: ${message}`)
    : []
}

function withCase(more: JsonObject): string[] {
  return problemsOf({ name: 'c', workflow: 'w', ...more })
}

describe('a case', () => {
  test('may have every key of its schema', () => {
    const whole = {
      $schema: 'https://example.com/case.json',
      name: 'c',
      description: 'why',
      workflow: 'w',
      input: null,
      metadata: { headers: { A: 'b' } },
      now: '2024-02-29T23:59:59.5+01:00',
      stubs: { http_call: { crm: 1 } },
      stubs_file: 'stubs.json',
      secrets: {},
      expect: {
        'data.a\\.b[0]': 1,
        metadata: {},
        'temp_data.x': 1,
        'calls.http_call[0]': 1,
        'audit_trail[0]': 1,
      },
      expect_errors: ['CODE', { code: 'CODE', message: 'm', workflow_id: 'w', task_id: 't' }],
      expect_calls: { http_call: [{ path: '/x' }], db_read: [] },
      forbid_calls: ['db_read'],
      expect_tasks: ['a', 'a'],
    }
    expect(Object.keys(whole).sort()).toEqual(Object.keys(Case.properties).sort())
    expect(problemsOf(whole)).toEqual([])
    expect(Case.examples.every((example: unknown) => Value.Check(Case, example))).toBe(true)
  })

  test.each<[string, Json, string[]]>([
    ['no object', 7, [' TYPE_MISMATCH: must be an object']],
    ['empty', {}, ['name REQUIRED: "name" is required', 'workflow REQUIRED: "workflow" is required']],
  ])('is refused when it is %s', (_, document, problems) => {
    expect(problemsOf(document)).toEqual(problems)
  })

  test.each<[string, JsonObject, string]>([
    [
      'an unknown key',
      { expct: {} },
      'expct UNKNOWN_KEY: "expct" is not a known key; did you mean "expect"?',
    ],
    ['__proto__', JSON.parse('{"__proto__": {}}'), '__proto__ UNKNOWN_KEY: "__proto__" is not a known key'],
    [
      'a path without a root',
      { expect: { 'order.total': 1 } },
      'expect.order.total INVALID_FORMAT: the path "order.total" begins with none of data, metadata, temp_data, calls, audit_trail',
    ],
    [
      'a root that is nearly one',
      { expect: { 'temp.x': 1, 'date.x': 1 } },
      'expect.date.x INVALID_FORMAT: the path "date.x" begins with none of data, metadata, temp_data, calls, audit_trail; did you mean "data"?',
    ],
    ['an empty part', { expect: { 'data..x': 1 } }, 'expect.data..x INVALID_FORMAT: "data..x" is not a path'],
    ['an empty path', { expect: { '': 1 } }, 'expect. INVALID_FORMAT: "" is not a path'],
    [
      'an index that is none',
      { expect: { 'data[x]': 1 } },
      'expect.data[x] INVALID_FORMAT: "data[x]" is not a path',
    ],
    ['an index at the beginning', { expect: { '[0]': 1 } }, 'expect.[0] INVALID_FORMAT: "[0]" is not a path'],
    [
      'a name behind a bracket',
      { expect: { 'data[0]x': 1 } },
      'expect.data[0]x INVALID_FORMAT: "data[0]x" is not a path',
    ],
    [
      'an unknown field of an error',
      { expect_errors: [{ cod: 'X' }] },
      'expect_errors[0].cod UNKNOWN_KEY: "cod" is not a known key; did you mean "code"?',
    ],
    [
      'an error that is a number',
      { expect_errors: [1] },
      'expect_errors[0] TYPE_MISMATCH: must be a non-empty string or an object',
    ],
    [
      'a call that is no object',
      { expect_calls: { db_read: [1] } },
      'expect_calls.db_read[0] TYPE_MISMATCH: must be an object',
    ],
    [
      'calls of a function that is not stubbed',
      { expect_calls: { map: [] } },
      'expect_calls.map UNKNOWN_FUNCTION: "map" is no function whose calls are stubbed and counted',
    ],
    [
      'a forbidden function that is misspelled',
      { forbid_calls: ['http_cal'] },
      'forbid_calls[0] UNKNOWN_FUNCTION: "http_cal" is no function whose calls are stubbed and counted; did you mean "http_call"?',
    ],
    [
      'a time that is none',
      { now: 'yesterday' },
      'now INVALID_FORMAT: must be a time such as 2026-01-01T00:00:00Z',
    ],
    [
      'a day that there is not',
      { now: '2026-02-29T00:00:00Z' },
      'now INVALID_FORMAT: must be a time such as 2026-01-01T00:00:00Z',
    ],
    [
      'an hour that there is not',
      { now: '2026-02-28T25:00:00Z' },
      'now INVALID_FORMAT: must be a time such as 2026-01-01T00:00:00Z',
    ],
    [
      'a secret',
      { secrets: { key: 's' } },
      'secrets.key NOT_AVAILABLE: This version has no operator that reads secrets, so a case cannot set one',
    ],
    [
      'a header twice',
      { metadata: { headers: { A: 1, a: 2 } } },
      'metadata.headers.a DUPLICATE: "a" and "A" are the same header',
    ],
  ])('is refused for %s', (_, more, problem) => {
    expect(withCase(more)).toContain(problem)
  })
})

describe('a stub', () => {
  test.each<[string, JsonObject, string]>([
    [
      'both an output and an error',
      { http_call: { output: 1, error: { message: 'm' } } },
      'stubs.http_call REQUIRED: must be an object with "output" or "error", and not both',
    ],
    [
      'nothing but when, in turn',
      { t: { answers: [{ when: {} }] } },
      'stubs.t.answers[0] REQUIRED: must be an object with "output" or "error", and not both',
    ],
    [
      'an error without a message',
      { t: { error: {} } },
      'stubs.t.error.message REQUIRED: "message" is required',
    ],
    [
      'an error that is a text',
      { http_call: { crm: { error: 'away' } } },
      'stubs.http_call.crm.error TYPE_MISMATCH: must be an object',
    ],
    [
      'an unknown key',
      { http_call: { output: 1, whn: {} } },
      'stubs.http_call.whn UNKNOWN_KEY: "whn" is not a known key; did you mean "when"?',
    ],
    [
      'an unknown key beside when',
      { t: { output: 1, when: {}, times: 1 } },
      'stubs.t.times UNKNOWN_KEY: "times" is not a known key',
    ],
    [
      'no answers',
      { t: { answers: [] } },
      'stubs.t.answers TYPE_MISMATCH: must be a non-empty array of answers',
    ],
    [
      'when around answers',
      { t: { when: {}, answers: [{ output: 1 }] } },
      'stubs.t.when UNKNOWN_KEY: "when" does not go with "answers"; write it in each of them',
    ],
    [
      'an answer that is bare',
      { t: { answers: [1] } },
      'stubs.t.answers[0] TYPE_MISMATCH: must be an object',
    ],
  ])('is refused with %s', (_, stubs, problem) => {
    expect(withCase({ stubs })).toContain(problem)
  })
})
