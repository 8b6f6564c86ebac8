import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../expression/expression.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { configProblems as problemsWithin, readConfig, withoutNulls } from './config.ts'

const configProblems = (config: Json) => problemsWithin(config, defaultLimits)

function found(config: Json) {
  return configProblems(config).map(({ path, code }) => `${path} ${code}`)
}

test.each([
  {},
  { timeout_ms: 1 },
  { timeout_ms: 3_600_000 },
  { tracing: {} },
  { tracing: { mode: 'sync', sample_rate: 0, errors_only: false, task_details: false } },
  { tracing: { mode: 'off', sample_rate: 1 } },
])('%j is in force', config => {
  expect(configProblems(config)).toEqual([])
  expect<unknown>(readConfig(config)).toBe(config)
})

describe('the timeout is a positive number of milliseconds, an hour at the most', () => {
  test.each<[Json, string]>([
    [0, 'OUT_OF_RANGE'],
    [-5, 'OUT_OF_RANGE'],
    [3_600_001, 'OUT_OF_RANGE'],
    [1.5, 'TYPE_MISMATCH'],
    ['1000', 'TYPE_MISMATCH'],
    [true, 'TYPE_MISMATCH'],
  ])('%j', (timeout_ms, code) => {
    expect(found({ timeout_ms })).toEqual([`config.timeout_ms ${code}`])
  })
})

test.each(['oauth2_login'])('%p is refused until something enforces it', key => {
  expect(configProblems({ [key]: {} })).toEqual([
    {
      path: `config.${key}`,
      code: 'NOT_AVAILABLE',
      message: `"${key}" is not available in this version`,
    },
  ])
})

describe('who stays with which version', () => {
  const nested = (depth: number): Json => (depth === 0 ? 1 : { cat: [nested(depth - 1)] })

  test.each<[JsonObject]>([
    [{ rollout_sticky_header: 'X-User' }],
    [{ rollout_key: { var: 'data.user' } }],
    [{ rollout_key: 'one' }],
  ])('%j', config => {
    expect(found(config)).toEqual([])
  })

  test.each<[JsonObject, string]>([
    [{ rollout_sticky_header: 'x user' }, 'config.rollout_sticky_header INVALID_FORMAT'],
    [{ rollout_sticky_header: '' }, 'config.rollout_sticky_header INVALID_FORMAT'],
    [{ rollout_sticky_header: 1 }, 'config.rollout_sticky_header TYPE_MISMATCH'],
    [{ rollout_key: nested(300) }, 'config.rollout_key INVALID_LOGIC'],
    [{ rollout_sticky_header: 'x-user', rollout_key: 1 }, 'config.rollout_key INVALID_FORMAT'],
  ])('not %j', (config, problem) => {
    expect(found(config)).toEqual([problem])
  })
})

test('an unknown key is told with the nearest one, also one that is not there yet', () => {
  expect(configProblems({ timeout: 5, ratelimit: {}, zzzzzzzzzz: 1 })).toMatchObject([
    { path: 'config.timeout', code: 'UNKNOWN_KEY' },
    { path: 'config.ratelimit', code: 'UNKNOWN_KEY', suggestion: 'rate_limit' },
    {
      path: 'config.zzzzzzzzzz',
      code: 'UNKNOWN_KEY',
      message: '"zzzzzzzzzz" is not a known key of a channel\'s config',
    },
  ])
})

describe('tracing', () => {
  test.each(['async', 'batch'])('mode %p is not there yet', mode => {
    expect(configProblems({ tracing: { mode } })).toMatchObject([
      { path: 'config.tracing.mode', code: 'NOT_AVAILABLE', expected: 'one of sync, off' },
    ])
  })

  test('an unknown mode is none', () => {
    expect(configProblems({ tracing: { mode: 'snyc' } })).toMatchObject([
      { path: 'config.tracing.mode', code: 'INVALID_ENUM', suggestion: 'sync' },
    ])
  })

  test('task details are not there yet', () => {
    expect(found({ tracing: { task_details: true } })).toEqual(['config.tracing.task_details NOT_AVAILABLE'])
    expect(found({ tracing: { task_details: 1 } })).toEqual(['config.tracing.task_details TYPE_MISMATCH'])
  })

  test('a share is from 0 to 1', () => {
    expect(found({ tracing: { sample_rate: 1.01 } })).toEqual(['config.tracing.sample_rate OUT_OF_RANGE'])
    expect(found({ tracing: { sample_rate: -0.1 } })).toEqual(['config.tracing.sample_rate OUT_OF_RANGE'])
  })

  test('unknown keys and wrong shapes are told', () => {
    expect(found({ tracing: { sample: 1, errors_only: 'x' } })).toEqual([
      'config.tracing.sample UNKNOWN_KEY',
      'config.tracing.errors_only TYPE_MISMATCH',
    ])
    expect(found({ tracing: 'sync' })).toEqual(['config.tracing TYPE_MISMATCH'])
    expect(found([])).toEqual(['config TYPE_MISMATCH'])
  })
})

test('reading a bad one throws every problem', () => {
  expect(() => readConfig({ timeout_ms: 0, cache: {} })).toThrow(
    expect.objectContaining({
      code: 'VALIDATION_ERROR',
      details: [
        expect.objectContaining({ path: 'config.cache.enabled', code: 'REQUIRED' }),
        expect.objectContaining({ path: 'config.timeout_ms' }),
      ],
    }),
  )
})

test('a key that is null is not set', () => {
  expect(withoutNulls({ rate_limit: null, timeout_ms: 5, tracing: { mode: null } })).toEqual({
    timeout_ms: 5,
    tracing: { mode: null },
  })
})

describe('a cache', () => {
  test('has fields that are paths', () => {
    expect(
      configProblems({ cache: { enabled: true, cache_key_fields: ['customer.id', 'a..b', 'data.'] } }),
    ).toMatchObject([
      {
        path: 'config.cache.cache_key_fields[1]',
        code: 'INVALID_FORMAT',
        message: '"a..b" has an empty segment',
        expected: 'a dotted path such as customer.id',
      },
      { path: 'config.cache.cache_key_fields[2]', code: 'INVALID_FORMAT' },
    ])
  })

  test.each<[string, JsonObject, string]>([
    [
      'what it needs',
      { ttl_secs: 60, vary: ['X-Tier'], namespaces: ['a:b'], key_logic: { var: 'data.a' } },
      '',
    ],
    ['a time', { ttl_secs: 0 }, 'config.cache.ttl_secs OUT_OF_RANGE'],
    ['names of namespaces', { namespaces: ['Prices'] }, 'config.cache.namespaces[0] INVALID_FORMAT'],
    ['eight namespaces at the most', { namespaces: [...'123456789'] }, 'config.cache.namespaces TOO_LONG'],
    ['names of headers', { vary: ['a b'] }, 'config.cache.vary[0] INVALID_FORMAT'],
  ])('has %s', (_, cache, problem) => {
    expect(found({ cache: { enabled: true, ...cache } })).toEqual(problem === '' ? [] : [problem])
  })
})
