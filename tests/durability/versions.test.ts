import { expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { startServer } from '../harness/binary.ts'
import type { Client } from '../harness/client.ts'
import { runLoad } from '../harness/load.ts'
import { openConnection } from '../harness/raw-connection.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from '../harness/samples.ts'

const ACTIVATIONS = 1_000
const POSTERS = 4

/** Tasks that write `version` at the start, at the end and in between, where conditions and logic run. */
function tasksOf(version: number): Json[] {
  return [
    mapTask('first', { 'data.first': version }),
    parseTask(),
    mapTask('middle', { 'data.middle': { '+': [version - 1, 1] } }, { condition: { '==': [1, 1] } }),
    mapTask('last', { 'data.last': version }),
  ]
}

async function expectStatus(answer: ReturnType<Client['admin']>, status: number): Promise<void> {
  const { status: got, text } = await answer
  expect({ got, text }).toEqual({ got: status, text })
}

/** The next version: a new draft, edited, made active, which archives its predecessor. */
async function release(client: Client, version: number): Promise<void> {
  await expectStatus(client.admin('POST', 'workflows/pipeline/versions'), 201)
  await expectStatus(client.admin('PUT', 'workflows/pipeline', { tasks: tasksOf(version) }), 200)
  await expectStatus(client.setStatus('workflows', 'pipeline', 'active'), 200)
}

/** A neighbour comes and goes meanwhile. */
async function comeAndGo(client: Client, id: string): Promise<void> {
  await client.declare(echoWorkflow(id), channel(id))
  await expectStatus(client.setStatus('channels', id, 'archived'), 200)
  await expectStatus(client.setStatus('workflows', id, 'archived'), 200)
}

test(`${ACTIVATIONS} activations and archivings in a load: each request is answered by one version`, async () => {
  await using server = await startServer({ env: { ORION_LOGGING__LEVEL: 'error' } })
  const { client } = server
  await client.declare(workflow('pipeline', tasksOf(1)), channel('pipeline'))
  const done = new AbortController()
  let live = 1
  const answeredBy = new Set<number>()
  const load = runLoad({
    connections: POSTERS,
    signal: done.signal,
    async send(n) {
      const before = live
      const answer = await client.post('pipeline', { n })
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 })
      const version = Number(answer.headers.get('x-orion-workflow-version'))
      expect(answer.at('data')).toEqual({ first: version, in: { n }, middle: version, last: version })
      // The answer to an activation means that it is live.
      expect(version).toBeGreaterThanOrEqual(before)
      answeredBy.add(version)
    },
  })
  try {
    for (let version = 2; version <= ACTIVATIONS; version++) {
      await release(client, version)
      live = version
      if (version % 25 === 0) await comeAndGo(client, `neighbour-${version}`)
    }
  } finally {
    done.abort()
  }
  const { failures, outcomes } = await load
  expect(failures.map(({ error }) => error)).toEqual([])
  expect(outcomes.length).toBeGreaterThan(ACTIVATIONS)
  expect(answeredBy.size).toBeGreaterThan(ACTIVATIONS / 3)
  const stored = await client.request('GET', '/api/v1/admin/workflows/pipeline/versions?limit=1000')
  expect(stored.at('total')).toBe(ACTIVATIONS)
  expect(stored.at('data.0.status')).toBe('active')
  expect(stored.at('data.1.status')).toBe('archived')
})

test('a request that is under way ends on the version it began with', async () => {
  await using server = await startServer()
  const { client } = server
  await client.declare(workflow('pipeline', tasksOf(1)), channel('pipeline'))
  using slow = await openConnection(server.port)
  const body = '{"data":{"n":1}}'
  slow.write(head('/api/v1/data/pipeline', body.length) + body.slice(0, 5))
  // Another connection's answer shows that the server has read what was sent before.
  await client.post('pipeline', {})
  await release(client, 2)
  expect((await client.post('pipeline', {})).at('data.last')).toBe(2)
  slow.write(body.slice(5))
  const answer = await slow.answer()
  expect(answer.headers.get('x-orion-workflow-version')).toBe('1')
  const { id, data } = JSON.parse(answer.body)
  expect(data).toEqual({ first: 1, in: { n: 1 }, middle: 1, last: 1 })
  const trace: JsonObject = Object((await client.request('GET', `/api/v1/data/traces/${id}`)).body)
  expect(trace.message).toEqual(JSON.parse(answer.body))
})

function head(path: string, length: number): string {
  return [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${length}`,
  ]
    .concat('', '')
    .join('\r\n')
}
