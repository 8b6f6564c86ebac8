import { RedisClient } from 'bun'
import { privateRedis } from '../harness/backing.ts'
import { task } from '../harness/samples.ts'
import type { FarSystem, RunningSystem } from './far-system.ts'

const WRITES = 'writes'

async function start(): Promise<RunningSystem> {
  const service = await privateRedis()
  return {
    url: service.url,
    stop: () => service.stop(),
    start: () => service.start(),
    async writes() {
      const client = new RedisClient(service.url)
      try {
        return Number((await client.get(WRITES)) ?? 0)
      } finally {
        client.close()
      }
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

export const redis: FarSystem = {
  name: 'Redis',
  needs: ['private redis'],
  start,
  connector: url => ({ connector_type: 'cache', config: { backend: 'redis', url } }),
  read: task('cache_read', { connector: 'far', key: WRITES, output: 'data.read' }),
  write: task('cache_incr', { connector: 'far', key: WRITES, output: 'data.write' }),
}
