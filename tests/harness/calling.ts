import type { Json, JsonObject } from '../../src/std/json.ts'
import { type App, type AppOptions, openApp } from './app.ts'
import type { Answer } from './client.ts'
import { channel, task, workflow } from './samples.ts'

/** An app with one http connector, and one channel per call that is tried. */
export interface CallingApp extends App {
  /** Runs one `http_call` over the connector with `data.in` of the request; `output` is `data.got`. */
  call(input: JsonObject, data?: Json): Promise<Answer>
  /** Text of the error of the newest failed trace. */
  traced(): Promise<string>
}

/** `config` of the connector `far`; it may call this machine. */
export async function openCallingApp(config: JsonObject, options: AppOptions = {}): Promise<CallingApp> {
  const app = await openApp(options)
  const { client } = app
  const created = await client.admin('POST', 'connectors', {
    id: 'far',
    name: 'far',
    connector_type: 'http',
    config: { retry: { max_retries: 0 }, allow_private_urls: true, ...config },
  })
  if (created.status !== 201) throw new Error(created.text)
  let calls = 0
  return {
    ...app,
    async call(input, data = {}) {
      const id = `call-${++calls}`
      await client.declare(
        workflow(id, [
          task('parse_json', { source: 'payload', target: 'in' }),
          task('http_call', { connector: 'far', output: 'data.got', ...input }),
        ]),
        channel(id),
      )
      return client.post(id, data)
    },
    async traced() {
      const list = await client.request(
        'GET',
        '/api/v1/data/traces?status=failed&sort_by=created_at&sort_order=desc',
      )
      const trace = await client.request('GET', `/api/v1/data/traces/${list.at('data.0.id')}`)
      return `${trace.at('error')} ${JSON.stringify(trace.at('message.errors'))}`
    },
  }
}
