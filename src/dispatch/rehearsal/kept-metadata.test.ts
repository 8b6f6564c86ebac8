import { describe, expect, test } from 'bun:test'
import { mapTask } from '../../engine/test-run.ts'
import type { Json } from '../../std/json.ts'
import { testArrival } from '../test-arrival.ts'
import { openRoom, serving } from '../test-room.ts'
import { keptMetadata, metadataNeeds, restoredMetadata } from './kept-metadata.ts'

/** What the trace of a run keeps, whose workflow copies what it reads. */
async function keptOf(rule: Json): Promise<Json> {
  await using room = await openRoom({
    workflows: [{ workflow_id: 'w', tasks: [mapTask('m', { 'metadata.region': 'x', 'data.a': rule })] }],
    channels: [serving('w')],
  })
  const [channel] = room.live.snapshot().channels
  if (channel === undefined) throw new Error('nothing is live')
  const headers = { authorization: 'Bearer b', 'x-a': 'a' }
  const arrival = testArrival({ metadata: { region: 'eu' }, headers, rawQuery: 'q=1&token=t' })
  await room.dispatch(channel, arrival)
  const text = (await room.store.traces.recorded(arrival.id))?.metadata_json ?? null
  return text === null ? null : JSON.parse(text)
}

describe('a trace', () => {
  test.each([{ var: 'data.b' }, { var: 'metadata.channel' }, { var: 'metadata.progress.task_id' }, 1])(
    'keeps nothing of the metadata for a workflow that reads %j',
    async rule => {
      expect(await keptOf(rule)).toBeNull()
    },
  )

  test('keeps what the workflow reads, as it was before the run', async () => {
    expect(await keptOf({ cat: [{ var: 'metadata.region' }, { var: 'metadata.http_method' }] })).toEqual({
      known: ['region', 'http_method'],
      withheld: [],
      metadata: { region: 'eu', http_method: 'POST' },
    })
  })

  test('keeps neither credentials nor secrets, and the instant of the run', async () => {
    expect(await keptOf({ var: 'metadata' })).toEqual({
      known: ['*'],
      withheld: ['query.token'],
      metadata: {
        region: 'eu',
        http_method: 'POST',
        query: { q: '1' },
        headers: { authorization: '******', 'x-a': 'a' },
        processed_at: expect.any(String),
      },
    })
  })
})

describe('kept metadata', () => {
  const kept = keptMetadata(['query', 'cookies', 'tags'], {
    query: { q: '1', url: 'https://u:p@host/' },
    cookies: { sid: 's' },
    tags: ['a', { token: 't' }],
    other: 1,
  })

  test('leaves out cookies, texts with credentials and lists with secrets', () => {
    expect(JSON.parse(kept)).toEqual({
      known: ['query', 'cookies', 'tags'],
      withheld: ['query.url', 'cookies', 'tags'],
      metadata: { query: { q: '1' } },
    })
  })

  test('serves versions that read no more than is known and not withheld', () => {
    expect(restoredMetadata(kept, ['metadata.query.q'])).toEqual({ query: { q: '1' } })
    expect(restoredMetadata(kept, ['data.x', 'metadata.channel'])).toEqual({})
    expect(restoredMetadata(kept, ['metadata.query'])).toBeUndefined()
    expect(restoredMetadata(kept, ['metadata.query.url'])).toBeUndefined()
    expect(restoredMetadata(kept, ['metadata.cookies.sid'])).toBeUndefined()
    expect(restoredMetadata(kept, ['metadata.headers.a'])).toBeUndefined()
    expect(restoredMetadata(kept, ['metadata'])).toBeUndefined()
    expect(restoredMetadata(kept, 'any')).toBeUndefined()
    expect(restoredMetadata(null, ['metadata.query.q'])).toBeUndefined()
    expect(restoredMetadata(null, ['data.x'])).toEqual({})
  })

  test('that is very long is not kept', () => {
    const needs = metadataNeeds(['metadata.a', 'metadata.b'])
    const one = keptMetadata(needs, { a: 'x'.repeat(70_000), b: 1 })
    expect(restoredMetadata(one, ['metadata.b'])).toEqual({ b: 1 })
    expect(restoredMetadata(one, ['metadata.a'])).toBeUndefined()
    const all = keptMetadata(needs, { a: 'x'.repeat(40_000), b: 'y'.repeat(40_000) })
    expect(all.length).toBeLessThan(100)
    expect(restoredMetadata(all, ['metadata.b'])).toBeUndefined()
  })
})
