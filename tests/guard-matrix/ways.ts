import type { JsonObject } from '../../src/std/json.ts'
import type { Answer, Client } from '../harness/client.ts'
import { expectEnvelope } from '../harness/envelope.ts'
import { channel, parseTask, task, workflow } from '../harness/samples.ts'
import type { GuardKey, Outcome, Work } from './script.ts'

/** How work gets to a channel: one more of these is one more column of the matrix. */
export interface Way {
  readonly name: string
  /** The guards that hold here, as the table of the design has them. */
  readonly guards: 'all' | readonly GuardKey[]
  /** Whether work and outcome have headers. */
  readonly hasHeaders: boolean
  /** Whether work comes as bytes, which may be no JSON. */
  readonly hasBytes: boolean
  /** Declares the channel `CHANNEL` with this configuration, for the workflow `CHANNEL` that is there, and whatever leads to it. */
  declare(client: Client, config: JsonObject): Promise<void>
  send(client: Client, work: Work): Promise<Outcome>
}

/** Name and id of the channel and of its workflow. */
export const CHANNEL = 'guarded'

/** Where guards say something of themselves. */
const GUARD_HEADERS = [
  'retry-after',
  'www-authenticate',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-orion-cache',
  'age',
  'idempotent-replayed',
  'access-control-allow-origin',
]

const http: Way = {
  name: 'http',
  guards: 'all',
  hasHeaders: true,
  hasBytes: true,
  async declare(client, config) {
    const { status, text } = await client.admin('POST', 'channels', channel(CHANNEL, { config }))
    if (status !== 201) throw new Error(`Cannot declare the channel: ${status} ${text}`)
    await client.setStatus('channels', CHANNEL, 'active')
  },
  async send(client, { data = {}, key, headers, body }) {
    const answer = await client.request('POST', `/api/v1/data/${CHANNEL}`, {
      body: body ?? { data },
      headers: { ...(key !== undefined && { 'idempotency-key': key }), ...headers },
    })
    const code = answer.at('error.code')
    if (typeof code === 'string') expectEnvelope(answer, answer.status, code)
    return {
      status: answer.status,
      code: typeof code === 'string' ? code : undefined,
      headers: guardHeaders(answer),
    }
  },
}

function guardHeaders({ headers }: Answer): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => GUARD_HEADERS.includes(name)))
}

/** Name and id of the channel that calls, and of its workflow. */
const CALLER = 'caller'

/** The task of another channel, which has an answer over HTTP for what comes of it. */
const channelCall: Way = {
  name: 'channel_call',
  guards: ['rate_limit', 'request_schema', 'validation_logic', 'deduplication', 'backpressure', 'timeout_ms'],
  hasHeaders: false,
  hasBytes: false,
  async declare(client, config) {
    await http.declare(client, config)
    const call = task('channel_call', {
      channel: CHANNEL,
      data: { var: 'data.in.data' },
      output: 'data.out',
      ...(config.deduplication !== undefined && { idempotency_key: { var: 'data.in.key' } }),
    })
    await client.declare(workflow(CALLER, [parseTask(), call]), channel(CALLER))
  },
  async send(client, { data = {}, key = null }) {
    const answer = await client.post(CALLER, { data, key })
    const code = answer.at('error.code')
    return { status: answer.status, code: typeof code === 'string' ? code : undefined, headers: undefined }
  },
}

export const WAYS: readonly Way[] = [http, channelCall]
