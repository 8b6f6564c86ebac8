import { newId } from '../std/ids.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Arrival, Body, Facts } from './arrival.ts'
import type { Request } from './guards/request.ts'
import type { Offers } from './offers.ts'

export interface TestArrivalOptions {
  payload?: Json
  metadata?: JsonObject | undefined
  headers?: Readonly<Record<string, string>>
  method?: string
  path?: string
  rawQuery?: string
  params?: Readonly<Record<string, string>> | undefined
  clientIp?: string
  asked?: Offers
  gone?: AbortSignal
}

/** Work without a way in: what its caller would have sent, and the headers that it was answered with. */
export interface TestArrival extends Arrival {
  readonly answered: Record<string, string>
}

/** The bytes are the payload as JSON. */
export function testArrival(options: TestArrivalOptions = {}): TestArrival {
  const { payload = {}, metadata, rawQuery = '', headers = {} } = options
  const answered: Record<string, string> = {}
  const facts: Facts = {
    clientIp: () => options.clientIp ?? '192.0.2.1',
    method: options.method ?? 'POST',
    path: options.path ?? '/api/v1/data/test',
    header: name => headers[name] ?? null,
    headers: () => ({ ...headers }),
    rawQuery,
    query: () => Object.fromEntries(new URLSearchParams(rawQuery)),
    params: options.params,
  }
  const id = newId()
  return {
    origin: 'http',
    id,
    requestId: id,
    facts,
    asked: options.asked,
    answered,
    bytes: async () => Buffer.from(JSON.stringify(payload)),
    parse: (): Body => ({ payload, metadata }),
    idempotencyKey: header => facts.header(header),
    gone: () => options.gone,
    addHeader(name, value) {
      answered[name] = value
    },
    showLimit({ limit, remaining, resetSecs }) {
      answered['ratelimit-limit'] = `${limit}`
      answered['ratelimit-remaining'] = `${remaining}`
      answered['ratelimit-reset'] = `${resetSecs}`
    },
  }
}

/** The request that it became, with nothing but its payload. */
export function testRequest(arrival: Arrival, data: Json): Request {
  return {
    arrival,
    data,
    callerMetadata: undefined,
    metadata: {},
    caller: undefined,
    auth: undefined,
    bucket: undefined,
    side: undefined,
  }
}
