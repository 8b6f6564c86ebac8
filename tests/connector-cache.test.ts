import { expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'

test('what one run writes to a cache another one reads', async () => {
  await using app = await openApp()
  const { client } = app
  await client.admin('POST', 'connectors', {
    id: 'kept',
    name: 'kept',
    connector_type: 'cache',
    config: { backend: 'memory' },
  })
  const key = { cat: ['user:', { var: 'data.in.id' }] }
  const parse = task('parse_json', { source: 'payload', target: 'in' })
  await client.declare(
    workflow('put', [parse, task('cache_write', { connector: 'kept', key, value: { var: 'data.in' } })]),
    channel('put'),
  )
  await client.declare(
    workflow('get', [
      parse,
      task('cache_read', { connector: 'kept', key, output: 'data.user' }),
      mapTask('clean', { 'data.in': null }),
    ]),
    channel('get'),
  )
  expect((await client.post('/put', { id: 7, name: 'Ann' })).status).toBe(200)
  expect((await client.post('/get', { id: 7 })).at('data.user')).toEqual({ id: 7, name: 'Ann' })
  expect((await client.post('/get', { id: 8 })).at('data.user')).toBeNull()
})

test('a connector that is not there is told as unavailable', async () => {
  await using app = await openApp()
  const { client } = app
  const kept = { id: 'kept', name: 'kept', connector_type: 'cache', config: { backend: 'memory' } }
  await client.admin('POST', 'connectors', kept)
  await client.declare(workflow('get', [task('cache_read', { connector: 'kept', key: 'k' })]), channel('get'))
  await client.admin('DELETE', 'connectors/kept')
  const answer = await client.post('/get', {})
  expect(answer.status).toBe(503)
  expect(answer.at('error.code')).toBe('UPSTREAM_UNAVAILABLE')
})
