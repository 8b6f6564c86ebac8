import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { ChannelConfig } from '../channel/definition.ts'
import { compiled, mapTask } from '../engine/test-run.ts'
import { defaultLimits, ExpressionError } from '../expression/expression.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { workflow } from '../storage/test-store.ts'
import { RunNumbers } from './numbers/run-numbers.ts'
import { SideTally } from './numbers/side-tally.ts'
import type { Side } from './sides.ts'
import { openSplit, type Split } from './split.ts'
import { type TestArrivalOptions, testArrival } from './test-arrival.ts'

function side(version: number, share: number, workflow_id = 'w'): Side {
  const definition = workflow({ workflow_id, version })
  return {
    version,
    share,
    definition,
    hash: `h${version}`,
    keeps: [],
    workflow: compiled([mapTask('a', { 'data.a': 1 })], { workflow_id }),
    tally: new SideTally(new RunNumbers(), undefined, version > 1),
  }
}

function splitOf(config: ChannelConfig, share = 10, newer = 2, id = 'w'): Split {
  const split = openSplit('orders', [side(newer, share, id), side(1, 100 - share, id)], config, defaultLimits)
  if (split === undefined) throw new Error('there is nothing to share')
  return split
}

interface Asked extends TestArrivalOptions {
  data?: Json
  auth?: JsonObject
}

function bucket(split: Split, { data = null, auth, ...options }: Asked = {}, chance = () => 0.5): number {
  return split.bucketOf({ arrival: testArrival(options), data, auth }, chance)
}

const AT_RANDOM = 5000

test('is not needed by one version, or none', () => {
  expect(openSplit('orders', [side(1, 100)], {}, defaultLimits)).toBeUndefined()
  expect(openSplit('orders', [], {}, defaultLimits)).toBeUndefined()
})

test('the newer version has the first buckets, as many as it has hundredths of a percent', () => {
  const { sideOf } = splitOf({}, 10)
  expect([0, 999, 1000, 9999].map(one => sideOf(one).version)).toEqual([2, 2, 1, 1])
  expect([0, 9999].map(one => splitOf({}, 100).sideOf(one).version)).toEqual([2, 2])
  expect([0, 9999].map(one => splitOf({}, 0).sideOf(one).version)).toEqual([1, 1])
})

test('without a key chance decides', () => {
  const split = splitOf({})
  expect([0, 0.12345, 0.99999999].map(chance => bucket(split, {}, () => chance))).toEqual([0, 1234, 9999])
})

describe('by a header', () => {
  const split = splitOf({ rollout_sticky_header: 'X-User' })

  test('equal values have one bucket, whatever chance says', () => {
    const of = (user: string, chance = 0) => bucket(split, { headers: { 'x-user': user } }, () => chance)
    expect(of('ann')).toBe(of('ann', 0.9))
    expect(new Set(Array.from({ length: 50 }, (_, n) => of(`u${n}`))).size).toBeGreaterThan(45)
  })

  test.each([[{}], [{ 'x-user': '' }]])('%j is at random', headers => {
    expect(bucket(split, { headers })).toBe(AT_RANDOM)
  })
})

describe('by a key', () => {
  test.each<[string, Asked, Asked]>([
    ['data.user', { data: { user: 1 } }, { data: { user: 2 } }],
    ['headers.authorization', { headers: { authorization: 'a' } }, { headers: { authorization: 'b' } }],
    ['query.u', { rawQuery: 'u=1' }, { rawQuery: 'u=2' }],
    ['params.id', { params: { id: '1' } }, { params: { id: '2' } }],
    ['path', { path: '/a' }, { path: '/b' }],
    ['method', { method: 'GET' }, { method: 'PUT' }],
    ['client_ip', { clientIp: '192.0.2.1' }, { clientIp: '192.0.2.2' }],
    ['claims.sub', { auth: { claims: { sub: 'a' } } }, { auth: { claims: { sub: 'b' } } }],
    ['auth.key_id', { auth: { key_id: 'a' } }, { auth: { key_id: 'b' } }],
  ])('%s', (path, one, other) => {
    const split = splitOf({ rollout_key: { var: path } })
    expect(bucket(split, one)).toBe(bucket(split, one))
    expect(bucket(split, one)).not.toBe(bucket(split, other))
    expect([bucket(split, one), bucket(split, other)]).not.toContain(AT_RANDOM)
  })

  test('knows its channel', () => {
    const of = (rule: Json) => bucket(splitOf({ rollout_key: rule }))
    expect(of({ var: 'channel' })).toBe(of('orders'))
  })

  test.each<[Json]>([[{ var: 'data.user' }], [''], [null], [{ throw: 'no' }], [{ var: 'claims.sub' }]])(
    '%j, which is none, is at random',
    rollout_key => {
      expect(bucket(splitOf({ rollout_key }))).toBe(AT_RANDOM)
    },
  )

  test('that does not compile is not opened', () => {
    const nested = (depth: number): Json => (depth === 0 ? 1 : { cat: [nested(depth - 1)] })
    expect(() => splitOf({ rollout_key: nested(500) })).toThrow(ExpressionError)
  })
})

test('each workflow and each newer version draws anew', () => {
  const headers = { 'x-user': 'ann' }
  const config = { rollout_sticky_header: 'x-user' }
  const drawn = [splitOf(config), splitOf(config, 10, 3), splitOf(config, 10, 2, 'v')].map(split =>
    bucket(split, { headers }),
  )
  expect(new Set(drawn).size).toBe(3)
  expect(bucket(splitOf(config, 90), { headers })).toBe(drawn[0] ?? -1)
})

test('whoever is on the newer side stays there while its share grows', () => {
  const shares = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), shares, (user, given) => {
      const sides = given
        .toSorted((a, b) => a - b)
        .map(share => {
          const split = splitOf({ rollout_key: { var: 'data' } }, share)
          return split.sideOf(bucket(split, { data: user })).version
        })
      expect(sides).toEqual(sides.toSorted())
    }),
  )
})

test('keys fall evenly', () => {
  const split = splitOf({ rollout_key: { var: 'data' } }, 10)
  const counts = new Array<number>(10).fill(0)
  for (let n = 0; n < 20_000; n++) {
    const tenth = Math.floor(bucket(split, { data: n }) / 1000)
    counts[tenth] = (counts[tenth] ?? 0) + 1
  }
  for (const count of counts) expect(count).toBeWithin(1850, 2151)
})
