import { expect, test } from 'bun:test'
import { runCommand, startServer } from '../harness/binary.ts'

test('the executable tests the connectors of a database beside the server that uses it', async () => {
  using far = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('') })
  await using server = await startServer()
  const http = (id: string, url: string) =>
    server.client.admin('POST', 'connectors', {
      id,
      name: id,
      connector_type: 'http',
      config: { url, allow_private_urls: true },
    })
  expect((await http('here', far.url.href)).status).toBe(201)
  const { folder } = server
  const env = { ORION_STORAGE__URL: 'sqlite:orion.db' }
  const well = await runCommand(['test-connectivity'], { folder, env })
  expect(well.stdout).toMatch(/^storage: .* OK\nhere \(http\): OK {6}HTTP 200 \(\d+ ms\)\n$/)
  expect(well.code).toBe(0)

  await http('lost', 'http://nowhere.invalid/')
  const failed = await runCommand(['test-connectivity', 'lost'], { folder, env })
  expect(failed.stdout).toMatch(/\nlost \(http\): FAILED {2}dns: nowhere\.invalid: .* \(\d+ ms\)\n$/)
  expect(failed.code).toBe(1)
})
