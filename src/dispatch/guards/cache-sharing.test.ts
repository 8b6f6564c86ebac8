import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { defineFunction } from '../../engine/define-function.ts'
import type { FunctionDescriptor } from '../../engine/functions-api.ts'
import { task } from '../../engine/test-run.ts'
import { type Json, type JsonObject, own } from '../../std/json.ts'
import type { ChannelRuntime } from '../snapshot.ts'
import { testArrival } from '../test-arrival.ts'
import { openRoom, serving } from '../test-room.ts'
import { guardsByWay } from './ways-in.ts'

/**
 * No caller gets an answer that is not his: random channels get random requests that hardly differ, and every answer has
 * to say exactly what its own request said of everything that is in the key.
 */

interface Sent {
  payload: JsonObject
  metadata: JsonObject | undefined
  method: string
  params: Record<string, string> | undefined
  rawQuery: string
  headers: Record<string, string>
  claims: JsonObject | undefined
}

/** What stands for the body in the key: how it is declared, and what it is of a request; undefined is nothing. */
interface Part {
  readonly config: JsonObject
  of(sent: Sent): Json | undefined
}

const PARTS: readonly Part[] = [
  { config: {}, of: ({ payload, metadata }) => [payload, { ...metadata }] },
  { config: { cache_key_fields: ['a'] }, of: ({ payload }) => some([own(payload, 'a')]) },
  {
    config: { cache_key_fields: ['data.b', 'a'] },
    of: ({ payload }) => some([own(payload, 'b'), own(payload, 'a')]),
  },
  { config: { cache_key_fields: ['data'] }, of: ({ payload }) => [payload] },
  { config: { key_logic: { var: 'data.a' } }, of: ({ payload }) => own(payload, 'a') ?? undefined },
  {
    config: { key_logic: [{ var: 'metadata.m' }, { var: 'headers.authorization' }] },
    of: ({ metadata, headers }) => [own(metadata ?? {}, 'm') ?? null, headers.authorization ?? null],
  },
]

/** Absent is `[]`, there is `[VALUE]`. */
function some(fields: readonly (Json | undefined)[]): Json | undefined {
  if (fields.every(field => field === undefined)) return undefined
  return fields.map(field => (field === undefined ? [] : [field]))
}

/** Everything in the key of a request. */
function covered(sent: Sent, part: Part, vary: readonly string[]): Json {
  const query = [...new URLSearchParams(sent.rawQuery)]
  return {
    method: sent.method,
    params: sent.params === undefined ? [] : [sent.params],
    query: query.sort(([one], [other]) => (one < other ? -1 : Number(one > other))),
    claims: sent.claims === undefined ? [] : [sent.claims],
    headers: vary.map(name => (Object.hasOwn(sent.headers, name) ? [sent.headers[name] ?? ''] : [])),
    body: part.of(sent) ?? null,
  }
}

const value = fc.constantFrom<Json>(
  0,
  1,
  '1',
  '',
  null,
  true,
  'true',
  [],
  {},
  [1],
  { x: 1, y: 2 },
  { y: 2, x: 1 },
)
const text = fc.constantFrom('', 'a', 'b', 'a,b')
const fields = fc.dictionary(fc.constantFrom('a', 'b', 'm', 'auth', 'params'), value, { maxKeys: 3 })
const texts = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 2 })

const sent: fc.Arbitrary<Sent> = fc.record({
  payload: fields,
  metadata: fc.option(fields, { nil: undefined }),
  method: fc.constantFrom('GET', 'POST'),
  params: fc.option(texts('id', 'a'), { nil: undefined }),
  rawQuery: fc.constantFrom('', 'a=1', 'a=1&a=2', 'a=2&a=1', 'b=&a=1', 'a=1&b', 'a=1%26b', '%61=1'),
  headers: texts('x-tier', 'accept', 'authorization'),
  claims: fc.option(fc.record({ claims: fields }), { nil: undefined }),
})

/** Most requests are an earlier one with one thing changed. */
const conversation: fc.Arbitrary<Sent[]> = fc
  .tuple(
    sent,
    fc.array(
      fc.tuple(
        fc.constantFrom('payload', 'metadata', 'method', 'params', 'rawQuery', 'headers', 'claims'),
        sent,
        fc.boolean(),
      ),
      { minLength: 4, maxLength: 12 },
    ),
  )
  .map(([first, changes]) => {
    const all = [first]
    for (const [part, other, isOfFirst] of changes) {
      const base = (isOfFirst ? first : all.at(-1)) ?? first
      all.push({ ...base, [part]: other[part] })
    }
    return all
  })

/** Answers with what the request said; `seen` is what of it is in the key. */
function echo(seen: () => Json): FunctionDescriptor {
  return defineFunction({
    name: 'echo',
    category: 'utility',
    summary: 'echo',
    input: Type.Object({}),
    example: { input: {}, result: {} },
    retrySafety: 'pure',
    compile: (_, context) => {
      context.reads('metadata')
      return run => {
        run.message.context.data = { seen: seen() }
        return 200
      }
    },
  })
}

/** The channel for a caller with these claims, of which its workflow sees nothing. */
function claiming(channel: ChannelRuntime, claims: JsonObject | undefined): ChannelRuntime {
  const caller = claims && { identity: claims, shown: {} }
  const guards = { ...channel.guards, auth: { verify: () => caller } }
  return { ...channel, guards, guardsByWay: guardsByWay(guards) }
}

/** Metadata that a caller cannot write. */
const RESERVED = ['auth', 'params']

function withoutReserved({ metadata, ...rest }: Sent): Sent {
  const kept =
    metadata && Object.fromEntries(Object.entries(metadata).filter(([key]) => !RESERVED.includes(key)))
  return { ...rest, metadata: kept }
}

/** A way to declare a cache. */
interface Declared {
  readonly name: string
  readonly part: Part
  readonly vary: readonly string[]
  readonly coalesces: boolean
}

const DECLARED: readonly Declared[] = PARTS.flatMap((part, at) =>
  [[], ['x-tier'], ['authorization', 'X-Tier'], ['accept', 'x-tier', 'authorization']].flatMap(vary =>
    [true, false].map(coalesces => ({
      name: [at, ...vary, coalesces].join('-'),
      part,
      vary: vary.map(name => name.toLowerCase()),
      coalesces,
    })),
  ),
)

function declaration({ name, part, vary, coalesces }: Declared) {
  const cache = {
    enabled: true,
    ...part.config,
    vary: [...vary],
    coalesce_misses: coalesces,
    namespaces: ['all'],
  }
  return serving(name, { workflow_id: 'echo', config: { cache } })
}

test('every answer is that of an equal request, and equal requests share theirs', async () => {
  let said: Json = null
  await using room = await openRoom({
    functions: [echo(() => said)],
    workflows: [{ workflow_id: 'echo', name: 'echo', tasks: [task('e', 'echo', {})] }],
    channels: DECLARED.map(declaration),
    tracing: { mode: 'off' },
  })
  const channels = new Map(room.live.snapshot().channels.map(channel => [channel.name, channel]))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...DECLARED), conversation, async ({ name, part, vary }, requests) => {
      const channel = channels.get(name)
      if (channel === undefined) throw new Error(`"${name}" is not live`)
      await room.invalidate('all')
      const earlier: Json[] = []
      for (const request of requests) {
        said = covered(withoutReserved(request), part, vary)
        const arrival = testArrival(request)
        const { body } = await room.dispatch(claiming(channel, request.claims), arrival)
        expect(JSON.parse(body).data.seen).toEqual(JSON.parse(JSON.stringify(said)))

        const isKeyed = part.of(withoutReserved(request)) !== undefined
        const isKnown = earlier.some(known => Bun.deepEquals(known, said, true))
        expect(arrival.answered['x-orion-cache']).toBe(isKeyed ? (isKnown ? 'hit' : 'miss') : 'bypass')
        if (isKeyed) earlier.push(said)
      }
    }),
    { numRuns: 2000 },
  )
})
