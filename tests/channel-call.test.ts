import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { callTask, mapTask, parseTask, task } from './harness/samples.ts'

/** `outer` calls `inner` with `input`, which answers what it was given as `in` and `metadata` as `seen`. */
async function openPair(input: JsonObject = {}, config: JsonObject = {}): Promise<App> {
  const app = await openApp()
  const seen = mapTask('see', { 'data.seen': { var: 'metadata' } })
  await declare(app.client, 'inner', [parseTask(), seen], config)
  await declare(app.client, 'outer', [parseTask(), callTask('inner', input)])
  return app
}

describe('a channel that is called', () => {
  test('gives the whole of its data to the place of output', async () => {
    await using app = await openPair({ data: { n: { '+': [{ var: 'data.in.n' }, 1] } } })
    const answer = await app.client.post('outer', { n: 1 })
    expect(answer.at('data.in')).toEqual({ n: 1 })
    expect(answer.at('data.out.in')).toEqual({ n: 2 })
    expect(answer.at('errors')).toEqual([])
  })

  test.each<[string, JsonObject]>([
    ['output', { output: 'data' }],
    ['no output', {}],
  ])('takes the place of data with %s', async (_, input) => {
    await using app = await openApp()
    await declare(app.client, 'inner', [mapTask('m', { 'data.answer': 42 })])
    await declare(app.client, 'outer', [parseTask(), task('channel_call', { channel: 'inner', ...input })])
    expect((await app.client.post('outer', { n: 1 })).at('data')).toEqual({ answer: 42 })
  })

  test.each<Json>([5, 'text', [1, 2], { a: { b: null } }, true])('is given %j as it is', async data => {
    await using app = await openPair({ data })
    expect((await app.client.post('outer', { n: 1 })).at('data.out.in')).toEqual(data)
  })

  test.each<[string, JsonObject]>([
    ['absent', {}],
    ['null', { data: null }],
    ['an expression that gives null', { data: { var: 'data.nothing' } }],
  ])('is given the payload of the message when data is %s', async (_, input) => {
    await using app = await openPair(input)
    expect((await app.client.post('outer', { n: 1 })).at('data.out.in')).toEqual({ n: 1 })
  })

  test('sees the metadata of the call, with its own channel', async () => {
    await using app = await openPair()
    const { client } = app
    const headers = { 'x-tenant': 'acme', authorization: 'Bearer secret' }
    const answer = await client.request('POST', '/api/v1/data/outer?page=2', {
      body: { data: {}, metadata: { mine: 1, _orion_call_depth: 7, _orion_call_chain: ['x'], channel: 'x' } },
      headers,
    })
    expect(answer.at('data.out.seen')).toMatchObject({
      channel: 'inner',
      http_method: 'POST',
      mine: 1,
      query: { page: '2' },
      headers: { 'x-tenant': 'acme', authorization: '******' },
      _orion_call_depth: 1,
      _orion_call_chain: ['outer', 'inner'],
      _orion_call_parent: answer.at('id'),
    })
  })
})
