import type { Json, JsonObject } from '../../src/std/json.ts'
import type { App } from './app.ts'
import { channel, mapTask, parseTask, task, workflow } from './samples.ts'

/** Numbers from 0 to 1 that one seed gives again (mulberry32). */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const TEXTS = ['x', 'ö ☃ 𝄞', 'a "quoted" \\ text', 'two\nlines', '<&>', '', '__proto__', '\u007f\u2028', '0']

class Author {
  readonly #chance: () => number

  constructor(seed: number) {
    this.#chance = chances(seed)
  }

  below(count: number): number {
    return Math.floor(this.#chance() * count)
  }

  maybe<Value>(value: () => Value): Value[] {
    return this.#chance() < 0.5 ? [value()] : []
  }

  one<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0]
  }

  text(): string {
    return TEXTS[this.below(TEXTS.length)] ?? ''
  }

  value(depth = 0): Json {
    const kinds = depth > 2 ? 5 : 7
    switch (this.below(kinds)) {
      case 0:
        return null
      case 1:
        return this.#chance() < 0.5
      case 2:
        return this.one<Json>([0, -1, 1.5, 1e21, 2 ** 53, 123_456_789_012_345_678_901n, 1e-7])
      case 3:
      case 4:
        return this.text()
      case 5:
        return Array.from({ length: this.below(4) }, () => this.value(depth + 1))
      default:
        return Object.fromEntries(
          Array.from({ length: this.below(4) }, (_, at) => [
            `${this.one(['b', 'a', 'z y'])}${at}`,
            this.value(depth + 1),
          ]),
        )
    }
  }

  workflow(id: string): JsonObject {
    const tasks: JsonObject[] = [
      parseTask(),
      mapTask('m', {
        'data.out': { $literal: this.value() },
        'data.total': { '+': [{ var: 'data.in.a' }, 1] },
      }),
      ...this.maybe(() => ({
        id: 'group',
        condition: { '>': [{ var: 'data.in.a' }, this.below(5)] },
        tasks: [task('log', { level: 'debug', message: this.text() || 'm' })],
      })),
    ]
    return workflow(id, tasks, {
      name: this.text().trim() || id,
      ...Object.assign({}, ...this.maybe(() => ({ description: this.text() }))),
      ...Object.assign({}, ...this.maybe(() => ({ priority: this.below(3) }))),
      ...Object.assign({}, ...this.maybe(() => ({ tags: ['shop', 'ö'].slice(this.below(3)) }))),
      ...Object.assign({}, ...this.maybe(() => ({ continue_on_error: this.#chance() < 0.5 }))),
      ...Object.assign({}, ...this.maybe(() => ({ loop: { max: 1 + this.below(3), counter: 'i' } }))),
      ...Object.assign(
        {},
        ...this.maybe(() => ({ condition: { '!=': [{ var: 'metadata.x' }, this.text()] } })),
      ),
    })
  }

  channel(id: string, workflowId: string): JsonObject {
    return channel(id, {
      workflow_id: workflowId,
      route_pattern: `/${id}/{x}`,
      methods: ['POST', 'GET', 'PUT'].slice(this.below(3)),
      config: {
        ...Object.assign({}, ...this.maybe(() => ({ timeout_ms: 1 + this.below(9999) }))),
        ...Object.assign(
          {},
          ...this.maybe(() => ({ rate_limit: { requests_per_second: 1 + this.below(99) } })),
        ),
        ...Object.assign({}, ...this.maybe(() => ({ tracing: { sample_rate: 0.25 } }))),
        ...Object.assign({}, ...this.maybe(() => ({ request_schema: { type: 'object', required: ['a'] } }))),
      },
      ...Object.assign({}, ...this.maybe(() => ({ description: this.text() }))),
      ...Object.assign({}, ...this.maybe(() => ({ priority: this.below(9) - 4 }))),
    })
  }

  /** Its secrets are references. */
  connector(name: string): JsonObject {
    const common = { name, ...Object.assign({}, ...this.maybe(() => ({ id: `id-${this.below(1e9)}` }))) }
    const auth = this.one<JsonObject>([
      { type: 'bearer', token: 'env://TOKEN' },
      { type: 'basic', username: 'me', password: `\${PASSWORD}` },
      { type: 'apikey', header: 'X-Key', key: 'env://KEY' },
    ])
    const config = this.one<JsonObject>([
      { url: 'https://shop.example/api', auth, headers: { 'X-Tenant': 'env://TENANT' } },
      { url: `https://me:\${PASSWORD}@shop.example/?token=\${TOKEN}` },
      { url: 'env://SHOP_URL' },
    ])
    if (this.#chance() < 0.3)
      return { ...common, connector_type: 'cache', config: { backend: 'memory' }, enabled: false }
    return {
      ...common,
      connector_type: 'http',
      config,
      ...Object.assign({}, ...this.maybe(() => ({ tags: ['t'] }))),
    }
  }
}

const CONNECTOR_NAMES = ['shop', 'Shop', 'a/b', '../up', 'ö', 'con', 'x y', '%41'] as const

/** Writes a catalog of all kinds in all states through the admin API. */
export async function fillAtRandom({ client }: App, seed: number): Promise<void> {
  const author = new Author(seed)
  const done = async (method: string, path: string, body?: Json) => {
    const answer = await client.admin(method, path, body)
    if (answer.status >= 300)
      throw new Error(`seed ${seed}: ${method} ${path}: ${answer.text} for ${JSON.stringify(body)}`)
  }
  for (const name of CONNECTOR_NAMES) {
    for (const body of author.maybe(() => author.connector(name))) await done('POST', 'connectors', body)
  }
  const versions = async (kind: string, id: string, first: JsonObject, next: () => JsonObject) => {
    await done('POST', kind, first)
    // 0: a draft; 1: active; 2: active beside a draft; 3: archived; 4: a later version is active.
    const state = author.below(5)
    if (state > 0) await done('PATCH', `${kind}/${id}/status`, { status: 'active' })
    if (state === 2 || state === 4) {
      await done('POST', `${kind}/${id}/versions`)
      await done('PUT', `${kind}/${id}`, next())
    }
    if (state === 3) await done('PATCH', `${kind}/${id}/status`, { status: 'archived' })
    if (state === 4) await done('PATCH', `${kind}/${id}/status`, { status: 'active' })
    return state !== 0 && state !== 3
  }
  for (let at = author.below(6); at > 0; at--) {
    const id = `W.${at}`
    const isActive = await versions('workflows', id, author.workflow(id), () => author.workflow(id))
    if (!isActive) continue
    for (const channelId of author.maybe(() => `c_${at}`)) {
      const fixed = (body: JsonObject) => {
        const { channel_id: _, channel_type: _type, protocol: _protocol, ...rest } = body
        return rest
      }
      await versions('channels', channelId, author.channel(channelId, id), () =>
        fixed(author.channel(channelId, id)),
      )
    }
  }
}
