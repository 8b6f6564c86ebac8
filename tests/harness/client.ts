import type { Json, JsonObject } from '../../src/std/json.ts'

/** One answer of the server, read to its end. `body` is its JSON, or its text when it is none. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Json
  /** What lies at a dotted path of the body: `at('data.tasks.0.id')`. */
  at(path: string): Json | undefined
}

export interface RequestOptions {
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
}

/** How a request gets to the server: over a socket, or straight into `fetch()` of an app in this process. */
export type Send = (path: string, init: RequestInit) => Promise<Response>

/** Requests to one server, and the usual steps of declaring things. Nothing here throws on an error status. */
export interface Client {
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** `path` is below `/api/v1/admin/`. */
  admin(method: string, path: string, body?: Json): Promise<Answer>
  /** Posts `{"data": data}` to a channel; `path` is below `/api/v1/data/`. */
  post(path: string, data: Json, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Creates and activates a workflow, and a channel when one is given. Throws unless all of it works. */
  declare(workflow: JsonObject, channel?: JsonObject): Promise<void>
  setStatus(kind: 'workflows' | 'channels', id: string, status: 'active' | 'archived'): Promise<Answer>
}

const JSON_HEADERS = { 'content-type': 'application/json' }

export function openClient(send: Send, defaultHeaders: Readonly<Record<string, string>> = {}): Client {
  async function request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body, headers } = options
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    return readAnswer(
      await send(path, {
        method,
        headers: { ...(body !== undefined && JSON_HEADERS), ...defaultHeaders, ...headers },
        ...(body !== undefined && { body: sent }),
      }),
    )
  }

  function admin(method: string, path: string, body?: Json): Promise<Answer> {
    return request(method, `/api/v1/admin/${path}`, body === undefined ? {} : { body })
  }

  const setStatus: Client['setStatus'] = (kind, id, status) =>
    admin('PATCH', `${kind}/${encodeURIComponent(id)}/status`, { status })

  async function declareOne(
    kind: 'workflows' | 'channels',
    idKey: string,
    definition: JsonObject,
  ): Promise<void> {
    const created = expectSuccess(`create in ${kind}`, await admin('POST', kind, definition))
    const id = String(created.at(`data.${idKey}`))
    expectSuccess(`activate ${kind} "${id}"`, await setStatus(kind, id, 'active'))
  }

  return {
    request,
    admin,
    post: (path, data, headers = {}) => request('POST', `/api/v1/data/${path}`, { body: { data }, headers }),
    async declare(workflow, channel) {
      await declareOne('workflows', 'workflow_id', workflow)
      if (channel !== undefined) await declareOne('channels', 'channel_id', channel)
    },
    setStatus,
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = parseOr(text)
  return {
    status: response.status,
    headers: response.headers,
    text,
    body,
    at: path => path.split('.').reduce<Json | undefined>(step, body),
  }
}

function expectSuccess(what: string, answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`Cannot ${what}: ${answer.status} ${answer.text}`)
  return answer
}

function parseOr(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function step(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)]
  return typeof value === 'object' && value !== null ? value[key] : undefined
}
