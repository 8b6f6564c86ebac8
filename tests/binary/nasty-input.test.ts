import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import type { Answer } from '../harness/client.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from '../harness/samples.ts'
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts'
import { BROKEN_BYTES, TEXTS, VALUES } from './corpus.ts'

const texts = Object.entries(TEXTS).map(([what, text]) => ({ what, text }))

let folder: TempFolder
let server: RunningServer
/** Where something was stored, and what has to be found there, now and after a restart. */
const stored: { path: string; at: string; value: Json }[] = []

beforeAll(async () => {
  folder = await tempFolder()
  server = await startServer({ folder: folder.path, env: { ORION_LOGGING__LEVEL: 'warn' } })
  const tasks = ['params', 'query', 'headers', 'word'].map(key =>
    mapTask(key, { [`data.${key}`]: { var: `metadata.${key}` } }),
  )
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  await server.client.declare(
    workflow('mirror', [parseTask(), ...tasks]),
    channel('mirror', { methods: ['GET', 'POST'], route_pattern: '/mirror/{segment}' }),
  )
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** True when it was taken; otherwise it is a refusal with a code. */
function isTaken(answer: Answer): boolean {
  const { status, text } = answer
  if (status < 300) return true
  expect({
    status,
    text: text.slice(0, 500),
    coded: status < 500 && typeof answer.at('error.code') === 'string',
  }).toEqual({
    status,
    text: text.slice(0, 500),
    coded: true,
  })
  return false
}

function remember(path: string, at: string, value: Json): void {
  stored.push({ path, at, value })
}

async function expectStored({ path, at, value }: (typeof stored)[number]): Promise<void> {
  const answer = await server.client.request('GET', path)
  expect({ path, at, status: answer.status, value: answer.at(at) }).toEqual({ path, at, status: 200, value })
}

let made = 0

/** Creates; what was taken reads back as it was sent. */
async function create(
  kind: 'workflows' | 'channels' | 'connectors',
  definition: JsonObject,
  fields: readonly string[],
) {
  const idKey = { workflows: 'workflow_id', channels: 'channel_id', connectors: 'id' }[kind]
  const id = `${kind}-${made++}`
  const answer = await server.client.admin('POST', kind, { ...definition, [idKey]: id })
  if (!isTaken(answer)) return false
  for (const field of fields) {
    const value = definition[field] ?? null
    remember(`/api/v1/admin/${kind}/${id}`, `data.${field}`, value)
    expect({ field, value: answer.at(`data.${field}`) }).toEqual({ field, value })
  }
  return true
}

describe.each(texts)('$what', ({ text }) => {
  const some = (field: JsonObject): JsonObject => ({ ...echoWorkflow('x'), ...field })

  test('in the texts of definitions', async () => {
    const name = `n${made}`
    const storable = text.isWellFormed() && !text.includes('\0')
    const bytes = Buffer.byteLength(text)
    const isName = storable && text.trim() !== '' && bytes <= 255
    expect(await create('workflows', some({ name: text }), ['name'])).toBe(isName)
    expect(await create('workflows', some({ description: text, name }), ['description'])).toBe(
      storable && bytes <= 2048,
    )
    await create('workflows', some({ tags: ['first', text] }), ['tags'])
    await create('channels', { ...channel(`c${made}`), name: text }, ['name'])
    await create('channels', { ...channel(`c${made}`), description: text, tags: [text] }, [
      'description',
      'tags',
    ])
    await create('channels', { ...channel(`c${made}`), route_pattern: `/r${made}/${text}` }, [
      'route_pattern',
    ])
    await create('channels', { ...channel(`c${made}`), workflow_id: text }, ['workflow_id'])
    await create('channels', { ...channel(`c${made}`), methods: [text] }, [])
    await create('channels', { ...channel(`c${made}`), protocol: text }, [])
    const cache = { connector_type: 'cache', config: { backend: 'memory' } }
    await create('connectors', { ...cache, name: text }, ['name'])
    await create('connectors', { ...cache, name: `k${made}`, tags: [text] }, ['tags'])
    await create('connectors', { ...cache, name: `k${made}`, connector_type: text }, [])
  })

  test('inside tasks, conditions and configs', async () => {
    const condition = { '==': [{ var: ['metadata.word', text] }, text] }
    await create('workflows', some({ condition }), ['condition'])
    await create('workflows', some({ condition: text }), ['condition'])
    await create('workflows', some({ tasks: [{ ...parseTask(), id: text }] }), ['tasks'])
    await create('workflows', some({ tasks: [{ ...parseTask(), name: text, description: text }] }), ['tasks'])
    await create('workflows', some({ tasks: [mapTask('m', { 'data.x': text })] }), ['tasks'])
    await create('workflows', some({ tasks: [mapTask('m', { [text]: 1 })] }), ['tasks'])
    await create('workflows', some({ tasks: [mapTask('m', { 'data.x': { [text]: text, two: 2 } })] }), [
      'tasks',
    ])
    await create('workflows', some({ tasks: [{ ...parseTask(), function: { name: text, input: {} } }] }), [])
    await create('workflows', some({ tasks: [{ ...parseTask(), [text]: text }] }), [])
    await create('channels', { ...channel(`c${made}`), config: { [text]: text } }, [])
    const storage = { connector_type: 'storage', name: `k${made}` }
    await create('connectors', { ...storage, config: { provider: 's3', base_path: text, bucket: text } }, [])
    await create('connectors', { ...storage, name: `k${made}`, config: { provider: 's3', [text]: text } }, [])
    const http = { connector_type: 'http', name: `k${made}` }
    await create('connectors', { ...http, config: { url: text, headers: { [text]: text } } }, [])
  })

  test('as an id, in paths, queries and filters of the admin API', async () => {
    const definition = { ...echoWorkflow(text), name: 'named' }
    const segment = encodeURIComponent(text.toWellFormed())
    const taken = isTaken(await server.client.admin('POST', 'workflows', definition))
    for (const kind of ['workflows', 'channels', 'connectors', 'traces']) {
      const base = kind === 'traces' ? '/api/v1/data/traces' : `/api/v1/admin/${kind}`
      for (const path of [
        `${base}/${segment}`,
        `${base}/${segment}/versions`,
        `${base}?tag=${segment}&status=${segment}`,
        `${base}?limit=${segment}`,
        `${base}?${segment}=${segment}`,
      ]) {
        // Too long a path is refused by Bun itself.
        if (path.length > 60_000) continue
        isTaken(await server.client.request('GET', path))
      }
    }
    if (taken)
      expect((await server.client.admin('GET', `workflows/${segment}`)).at('data.workflow_id')).toBe(text)
  })

  test('as a tag finds what has it, and nothing else', async () => {
    const tags = [text, `tag-${made}`]
    if (!(await create('workflows', { ...echoWorkflow('x'), tags }, ['tags']))) return
    const found = await server.client.request(
      'GET',
      `/api/v1/admin/workflows?limit=1000&tag=${encodeURIComponent(text)}`,
    )
    expect(found.status).toBe(200)
    const rows: { tags: string[] }[] = Object(found.body).data
    expect(rows.map(row => row.tags)).toContainEqual(tags)
    expect(rows.filter(row => !row.tags.includes(text))).toEqual([])
  })

  test('in traffic: value, key, metadata, segment, query and header', async () => {
    const data = { v: text, list: [text], [text]: { [text]: text } }
    const answer = await server.client.post('echo', data)
    if (isTaken(answer)) {
      expect(JSON.stringify(answer.at('data.in'))).toBe(JSON.stringify(data))
      remember(`/api/v1/data/traces/${answer.at('id')}`, 'message', answer.body)
    }
    expect(answer.status).toBe(text.isWellFormed() ? 200 : 400)
    if (text === '') return
    const segment = encodeURIComponent(text.toWellFormed())
    const path = `/api/v1/data/mirror/${segment}?${segment}x=${segment}`
    if (path.length > 60_000) return
    const header = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) ? text : 'plain'
    const mirrored = await server.client.request('POST', path, {
      body: { data: null, metadata: { word: text } },
      headers: { 'x-word': header },
    })
    if (!isTaken(mirrored)) return
    expect(mirrored.at('data.params')).toEqual({ segment: text })
    expect(mirrored.at('data.query')).toEqual({ [`${text}x`]: text })
    expect(mirrored.at('data.headers.x-word')).toBe(header)
    expect(mirrored.at('data.word') ?? null).toBe(text)
  })
})

describe('a value', () => {
  test.each(VALUES.map(value => ({ ...value, shown: value.sent.slice(0, 40) })))(
    '$shown',
    async ({ sent, out = sent, refused }) => {
      const answer = await server.client.request('POST', '/api/v1/data/echo', { body: `{"data":${sent}}` })
      if (refused !== undefined) {
        expect({ status: answer.status, code: answer.at('error.code') }).toEqual({
          status: 400,
          code: refused,
        })
        const inTask = JSON.stringify(workflow('refused', [mapTask('m', { 'data.x': 'HERE' })])).replace(
          '"HERE"',
          sent,
        )
        expect(
          (await server.client.request('POST', '/api/v1/admin/workflows', { body: inTask })).at('error.code'),
        ).toBe(refused)
        return
      }
      expect(answer.status).toBe(200)
      // As text, because keys may be of the kind that objects lose.
      const expected = `"data":{"in":${out}},"errors":[]}`
      expect(answer.text.endsWith(expected) || answer.text.slice(0, 1_000)).toBe(true)
      const trace = await server.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
      expect(trace.text.includes(expected) || trace.text.slice(0, 1_000)).toBe(true)
      const list = await server.client.request('GET', '/api/v1/data/traces?limit=1')
      expect(list.at('data.0.input_json')).toBe(out)
    },
  )

  test('has polluted no prototype', async () => {
    const tasks = [mapTask('m', { 'data.found': { var: 'metadata.polluted' }, 'data.own': 1 })]
    await server.client.declare(workflow('polluted', tasks), channel('polluted'))
    expect((await server.client.post('polluted', {})).at('data')).toEqual({ own: 1 })
  })
})

describe('bytes that are no JSON in UTF-8 are refused on every way in', () => {
  const WAYS = ['data/echo', 'admin/workflows', 'admin/channels', 'admin/connectors']
  test.each(Object.entries(BROKEN_BYTES))('%s', async (_, body) => {
    for (const way of WAYS) {
      const response = await fetch(`${server.url}/api/v1/${way}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const { error } = Object(await response.json())
      expect({ way, status: response.status, code: error?.code }).toEqual({
        way,
        status: 400,
        code: 'BAD_REQUEST',
      })
    }
  })

  test('a gzip body that says so is not taken for JSON', async () => {
    const response = await fetch(`${server.url}/api/v1/data/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: Bun.gzipSync(Buffer.from('{"data":1}')),
    })
    expect([400, 415]).toContain(response.status)
    expect(Object(await response.json()).error.code).toBeString()
  })
})

describe('all of it', () => {
  test('is found as it was', async () => {
    expect(stored.length).toBeGreaterThan(texts.length * 5)
    for (const one of stored) await expectStored(one)
  })

  test('is found as it was after a kill and a restart', async () => {
    await server.kill9()
    server = await startServer({ folder: folder.path, env: { ORION_LOGGING__LEVEL: 'warn' } })
    for (const one of stored) await expectStored(one)
  })

  test('has provoked no error of ours', async () => {
    const log = await server.log()
    expect(log).not.toContain('Unhandled error')
    expect(log).not.toContain('INTERNAL_ERROR')
    expect(log).not.toContain('STORAGE_ERROR')
    expect((await server.client.request('GET', '/health')).at('status')).toBe('ok')
  })
})
