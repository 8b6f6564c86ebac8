import type { ConnectorKind } from '../kind.ts'
import type { CacheClient } from './client.ts'
import { MemoryCache } from './memory-cache.ts'

const MEMORY_BYTES = 67_108_864

export const cacheKind: ConnectorKind<CacheClient> = {
  title: 'a cache connector',
  type: 'cache',
  retries: { maxRetries: 0, delayMs: 100 },
  open: (_config, { clock }) => new MemoryCache({ maxBytes: MEMORY_BYTES, clock }),
  probe: async () => 'the memory of this process',
}
