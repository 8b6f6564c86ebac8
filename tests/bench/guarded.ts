import type { JsonObject } from '../../src/std/json.ts'
import { channel, logWorkflow } from '../harness/samples.ts'
import type { Scenario } from './scenario.ts'
import type { Traffic } from './wrk.ts'

const KEY = 'a-key-of-the-bench-that-nobody-else-has'

/** An order with an id of its own each time: no answer can come from the cache, no key was used before. */
const BODY =
  '{"data":{"order_id":"{n}","total":25000,"currency":"EUR","customer":"C-100204","items":3,"express":false}}'

/** Every guard that a channel can have, none of which refuses this traffic. */
const GUARDS: JsonObject = {
  rate_limit: { requests_per_second: 1_000_000, burst: 1_000_000 },
  auth: { mode: 'api_key', header: 'x-api-key', keys: [KEY] },
  cors: { allowed_origins: ['https://app.example.com'] },
  validation_logic: { and: [{ '!!': { var: 'data.order_id' } }, { '>': [{ var: 'data.total' }, 0] }] },
  request_schema: {
    type: 'object',
    required: ['order_id', 'total'],
    properties: {
      order_id: { type: 'string', minLength: 1, maxLength: 64 },
      total: { type: 'number', minimum: 0 },
      currency: { enum: ['EUR', 'USD'] },
      items: { type: 'integer', minimum: 1 },
    },
  },
  deduplication: { header: 'idempotency-key', window_secs: 300 },
  cache: { enabled: true, ttl_secs: 60, vary: ['accept-language'] },
  backpressure: { max_concurrent: 1000, queue_depth: 100 },
  timeout_ms: 5000,
}

/** One channel without guards and one with all of them, under the same traffic. */
export const GUARDED: readonly Scenario[] = [
  { ...open('unguarded', {}), modes: ['sync'] },
  {
    ...open('guarded', GUARDS),
    modes: ['sync'],
    beside: { name: 'unguarded', atLeast: 0.7 },
  },
]

function open(name: string, config: JsonObject): Scenario {
  const traffic: Traffic = {
    method: 'POST',
    paths: [`/api/v1/data/${name}`],
    body: BODY,
    fresh: true,
    headers: { 'x-api-key': KEY, origin: 'https://app.example.com' },
  }
  return { name, traffic, declare: client => client.declare(logWorkflow(name), channel(name, { config })) }
}
