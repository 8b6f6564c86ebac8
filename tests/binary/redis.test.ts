import { expect } from 'bun:test'
import type { JsonObject } from '../../src/std/json.ts'
import { privateRedis } from '../harness/backing.ts'
import { startServer } from '../harness/binary.ts'
import { testNeeding } from '../harness/needs.ts'
import { channel, parseTask, task, workflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'

testNeeding('private redis')(
  'the executable keeps values and state of guards on Redis, over its restart',
  async () => {
    await using service = await privateRedis()
    await using server = await startServer()
    const { client } = server
    const connector = (id: string, url: string, rest: JsonObject = {}) =>
      client.admin('POST', 'connectors', {
        id,
        name: id,
        connector_type: 'cache',
        config: { backend: 'redis', url, ...rest },
      })
    await connector('kept', service.url)
    const over = (name: string, input: JsonObject) =>
      task(name, { connector: 'kept', ...input }, { id: `${name}-${Object.keys(input).length}` })
    await client.declare(
      workflow('count', [
        parseTask(),
        over('cache_incr', { key: 'n', output: 'data.n' }),
        over('cache_write', {
          key: { cat: ['k', { var: 'data.n' }] },
          value: { var: 'data.in' },
          ttl_secs: 60,
        }),
        over('cache_read', { keys: ['k1', 'none'], output: 'data.read' }),
        over('cache_delete', { key: 'none', output: 'data.gone' }),
      ]),
      channel('count', {
        config: {
          rate_limit: { requests_per_second: 1000, connector: 'kept' },
          deduplication: { header: 'Idempotency-Key', connector: 'kept' },
          cache: { enabled: true, connector: 'kept', namespaces: ['n'] },
        },
      }),
    )
    const send = (n: number) =>
      client.request('POST', '/api/v1/data/count', {
        body: { data: { n } },
        headers: { 'idempotency-key': `key ${n}` },
      })
    const first = await send(1)
    expect(first.at('data')).toEqual({ in: { n: 1 }, n: 1, read: [{ n: 1 }, null], gone: { deleted: 0 } })
    expect((await send(1)).status).toBe(409)
    await service.restart()
    const second = await until('it works again', async () => {
      const answer = await send(2)
      return answer.status === 200 ? answer : undefined
    })
    expect(second.at('data.n')).toBe(2)
    expect(await server.log()).not.toContain(service.password)
  },
)
