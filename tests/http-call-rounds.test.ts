import { expect, test } from 'bun:test'
import { openFarSide } from '../src/connector/egress/test-far-side.ts'
import { openApp } from './harness/app.ts'
import { longTier } from './harness/needs.ts'
import { channel, task, workflow } from './harness/samples.ts'
import { until } from './harness/until.ts'

const ROUNDS = longTier ? 10_000 : 100
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

test('connectors that are made, used, changed and deleted leave no connection behind', async () => {
  await using app = await openApp()
  let open = 0
  using far = await openFarSide(socket => {
    if (socket.listenerCount('close') === 1) {
      open++
      socket.on('close', () => open--)
    }
    socket.write(OK)
  })
  const { client } = app
  const url = `http://127.0.0.1:${far.port}`
  const config = { url, allow_private_urls: true }
  const written = { id: 'far', name: 'far', connector_type: 'http', config }
  await client.admin('POST', 'connectors', written)
  await client.declare(workflow('call', [task('http_call', { connector: 'far' })]), channel('call'))
  await client.admin('DELETE', 'connectors/far')
  for (let round = 0; round < ROUNDS; round++) {
    await client.admin('POST', 'connectors', written)
    expect((await client.post('call', {})).status).toBe(200)
    await client.admin('PUT', 'connectors/far', { config: { ...config, headers: { round: String(round) } } })
    expect((await client.post('call', {})).status).toBe(200)
    expect((await client.admin('DELETE', 'connectors/far')).status).toBe(204)
  }
  expect(far.connections()).toBe(2 * ROUNDS)
  await until('Every connection is closed', async () => (open === 0 ? true : undefined))
}, 1_200_000)
