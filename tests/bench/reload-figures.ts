import type { Json, JsonObject } from '../../src/std/json.ts'
import { startServer } from '../harness/binary.ts'
import type { Client } from '../harness/client.ts'
import { channel, logWorkflow } from '../harness/samples.ts'
import type { Figure } from './report.ts'

const CHANNELS = 1000
const CHANGES = 15
/** Definitions of one request, well below its limit. */
const AT_A_TIME = 2000

/** What a channel of a real service would have: each of it is built anew when its channel is. */
const CONFIG: JsonObject = {
  rate_limit: { requests_per_second: 100, burst: 50 },
  validation_logic: { '>': [{ var: 'data.total' }, 0] },
  request_schema: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
  cache: { enabled: true, ttl_secs: 60 },
  timeout_ms: 5000,
}

/**
 * Milliseconds from asking for a change of one of 1,000 channels, each with a workflow of its own, to its answer, and the
 * longest that a request to `/healthz` waited meanwhile, which is how long the event loop was held and a little more.
 */
export async function measureReload(): Promise<Figure[]> {
  await using server = await startServer()
  await declareAll(server.client)
  const times: number[] = []
  const waits: number[] = []
  for (let n = 0; n < CHANGES; n++) {
    const id = `c${n}`
    await server.client.admin('POST', `channels/${id}/versions`)
    const pinging = new AbortController()
    const longest = longestWait(`${server.url}/healthz`, pinging.signal)
    const began = performance.now()
    const answer = await server.client.admin('PATCH', `channels/${id}/status`, { status: 'active' })
    times.push(performance.now() - began)
    pinging.abort()
    waits.push(await longest)
    if (answer.status !== 200) throw new Error(`An activation answered ${answer.status}: ${answer.text}`)
  }
  return [
    {
      name: `a change among ${CHANNELS} channels, median`,
      value: medianOf(times),
      unit: 'ms',
      atMost: 250,
    },
    { name: 'longest wait of /healthz meanwhile, median', value: medianOf(waits), unit: 'ms', atMost: 20 },
  ]
}

async function declareAll(client: Client): Promise<void> {
  const all: Json[] = Array.from({ length: CHANNELS }, (_, n) => [
    logWorkflow(`c${n}`),
    channel(`c${n}`, { config: CONFIG }),
  ]).flat()
  for (let at = 0; at < all.length; at += AT_A_TIME) {
    const { status, text } = await client.admin('POST', 'apply', {
      definitions: all.slice(at, at + AT_A_TIME),
    })
    if (status !== 200) throw new Error(`Declaring the channels answered ${status}: ${text.slice(0, 500)}`)
  }
}

/** Asks again and again over one connection. */
async function longestWait(url: string, until: AbortSignal): Promise<number> {
  let longest = 0
  while (!until.aborted) {
    const asked = performance.now()
    await (await fetch(url)).arrayBuffer()
    longest = Math.max(longest, performance.now() - asked)
  }
  return longest
}

function medianOf(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
