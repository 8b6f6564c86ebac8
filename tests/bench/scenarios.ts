import {
  channel,
  logWorkflow,
  mapTask,
  parseTask,
  task,
  tiersWorkflow,
  workflow,
} from '../harness/samples.ts'
import { GUARDED } from './guarded.ts'
import type { Scenario } from './scenario.ts'
import type { Traffic } from './wrk.ts'

/** The order that every scenario posts: 120 bytes. */
export const BODY = JSON.stringify({
  data: {
    order_id: 'ORD-9182',
    total: 25_000,
    currency: 'EUR',
    customer: 'C-100204',
    items: 3,
    express: false,
    w: 12.5,
  },
})

const CHANNELS = Array.from({ length: 12 }, (_, n) => `bench-${n + 1}`)

/** One task that writes nothing at the default level: what Orion itself costs. */
export const LOG: Scenario = {
  name: 'log',
  traffic: posts('bench'),
  declare: client => client.declare(logWorkflow('bench'), channel('bench')),
  toReach: { off: { ofBare: 0.55 }, sync: { ofBare: 0.4, p99Ms: 5 } },
}

/** An order in tiers: `parse_json` and four conditional `map` tasks. */
export const TIERS: Scenario = {
  name: 'tiers',
  traffic: posts('orders'),
  declare: client => client.declare(tiersWorkflow('orders'), channel('orders')),
  toReach: { off: { ofBare: 0.45 }, sync: { ofBare: 0.33, p99Ms: 5 } },
}

/** Everything goes out to a server that answers the same, and comes back. */
const HTTP_CALL: Scenario = {
  name: 'http-call',
  traffic: posts('out'),
  callsOut: true,
  beside: { name: 'proxy', atLeast: 0.5 },
  async declare(client, url) {
    const config = { url, allow_private_urls: true }
    await client.admin('POST', 'connectors', { id: 'far', name: 'far', connector_type: 'http', config })
    const call = { connector: 'far', method: 'POST', body: { var: 'data.in' }, output: 'data.got' }
    await client.declare(workflow('out', [parseTask(), task('http_call', call)]), channel('out'))
  },
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'health',
    traffic: { method: 'GET', paths: ['/health'], body: '' },
    declare: async () => undefined,
  },
  LOG,
  TIERS,
  {
    name: 'twelve',
    traffic: posts(...CHANNELS),
    async declare(client) {
      for (const [n, id] of CHANNELS.entries()) await client.declare(conditional(id, n * 3000), channel(id))
    },
  },
  { ...TIERS, name: 'reload', reloadEveryMs: 500 },
  ...GUARDED,
  HTTP_CALL,
]

function posts(...channels: string[]): Traffic {
  return { method: 'POST', paths: channels.map(name => `/api/v1/data/${name}`), body: BODY }
}

/** A workflow that runs when it is asked through its channel, and marks totals above a limit. */
function conditional(id: string, limit: number) {
  return workflow(
    id,
    [
      parseTask('order'),
      mapTask('mark', { 'data.order.large': { '>': [{ var: 'data.order.total' }, limit] } }),
    ],
    { condition: { '==': [{ var: 'metadata.channel' }, id] } },
  )
}
