import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { FunctionDescriptor } from '../src/engine/functions-api.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { channel, echoWorkflow, mapTask, task, workflow } from './harness/samples.ts'
import { type TempFolder, tempFolder } from './harness/temp-folder.ts'

/** Passes every check and does not compile when its connector is called `broken`. */
const call: FunctionDescriptor = {
  name: 'call_test',
  category: 'connector',
  summary: 'For tests',
  input: Type.Object({ connector: Type.String() }),
  problems: () => [],
  example: { input: { connector: 'x' }, result: {} },
  retrySafety: 'unsafe_write',
  compile(input) {
    if (JSON.stringify(input).includes('broken')) throw new Error('this connector breaks the engine')
    return () => 200
  },
}

let home: TempFolder
let app: App

const open = () =>
  openApp({ functions: [call], env: { ORION_STORAGE__URL: `sqlite:${join(home.path, 'orion.db')}` } })

beforeEach(async () => {
  home = await tempFolder()
  app = await open()
})
afterEach(async () => {
  await app[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

function apply(definitions: readonly JsonObject[], options: JsonObject = {}): Promise<Answer> {
  return app.client.admin('POST', 'apply', { definitions: [...definitions], ...options })
}

const calling = (id: string, connector: string) => workflow(id, [task('call_test', { connector })])
const connector = (name: string, rest: JsonObject = {}): JsonObject => ({
  name,
  connector_type: 'cache',
  config: { backend: 'memory' },
  ...rest,
})

async function written(): Promise<Json> {
  const read = async (path: string) => (await app.client.admin('GET', path)).body
  return [await read('definitions'), await read('audit-logs?limit=1000'), await read('workflows?limit=1000')]
}

async function expectNothing(
  answer: Promise<Answer>,
  status: number,
  texts: readonly string[],
): Promise<void> {
  const before = await written()
  const { status: got, text } = await answer
  expect({ got, text }).toMatchObject({ got: status })
  for (const part of texts) expect(text).toContain(part)
  expect(await written()).toEqual(before)
}

describe('an apply', () => {
  test('that would quarantine a member is undone, and the old state goes on serving', async () => {
    await apply([echoWorkflow('w'), channel('w')])
    const generation = (await app.client.admin('GET', 'engine/status')).at('generation')
    const definitions = [
      connector('broken'),
      calling('w', 'broken'),
      echoWorkflow('v'),
      channel('w', { description: 'changed' }),
    ]
    const texts = [
      'Nothing was applied',
      '"path":"definitions[1]"',
      '"path":"definitions[3]"',
      'breaks the engine',
    ]
    await expectNothing(apply(definitions), 400, texts)
    await expectNothing(apply(definitions, { dry_run: true }), 400, texts)
    expect((await app.client.admin('GET', 'engine/status')).at('generation')).toBe(generation ?? 0)
    expect((await app.client.post('w', { a: 1 })).at('data.in')).toEqual({ a: 1 })
  })

  test('is not held up by what was broken beside it', async () => {
    await apply([connector('fine'), calling('old', 'fine')])
    rewrite("update workflows set tasks_json = '[{\"id\": ' where workflow_id = 'old'")
    await app.client.admin('POST', 'engine/reload')
    expect((await apply([echoWorkflow('w'), channel('w')])).status).toBe(200)
    expect((await app.client.post('w', {})).status).toBe(200)
  })

  test('mends what cannot be read, and leaves it in the history', async () => {
    await apply([connector('c'), echoWorkflow('w'), channel('w')])
    rewrite(
      "update workflows set status = 'archived'; update workflows set tasks_json = '[{', status = 'active'",
    )
    rewrite("update connectors set config_json = '{'")
    const answer = await apply([connector('c'), echoWorkflow('w'), channel('w')])
    expect(answer.at('data')).toMatchObject({
      changes: [
        { kind: 'connector', id: 'c', action: 'create' },
        { kind: 'workflow', id: 'w', action: 'update', version: 2, fields: [] },
      ],
      unchanged: 1,
    })
    expect((await app.client.post('w', { a: 1 })).at('data.in')).toEqual({ a: 1 })
    expect((await app.client.admin('GET', 'engine/status')).at('load_issues.workflows')).toEqual([])
  })

  test('wants every connector that its workflows name, in the end', async () => {
    await expectNothing(apply([calling('w', 'shop')]), 409, [
      'definitions[0].tasks[0].function.input.connector',
      "names connector 'shop', which does not exist",
    ])
    expect((await apply([calling('w', 'shop'), connector('shop')])).status).toBe(200)
    await expectNothing(apply([connector('shop', { enabled: false })]), 409, [
      "active workflow 'w' needs connector 'shop'",
    ])
    await expectNothing(apply([calling('w', 'shop')], { prune: true }), 409, ['which does not exist'])
  })

  test('takes its turn: of many at once each is whole, and the last one stays', async () => {
    const catalog = (mark: string) => [
      workflow('a', [mapTask('m', { 'data.answer': mark })]),
      channel('a'),
      workflow('b', [mapTask('m', { 'data.answer': mark })]),
      channel('b'),
    ]
    await apply(catalog('0'))
    const marks = Array.from({ length: 8 }, (_, at) => `${at + 1}`)
    const others = marks.map(() => app.client.admin('POST', 'workflows/a/versions'))
    const answers = await Promise.all([...marks.map(mark => apply(catalog(mark))), ...others])
    const statuses = new Set(answers.slice(0, marks.length).map(({ status }) => status))
    expect([...statuses].filter(status => status !== 200 && status !== 409)).toEqual([])
    const [a, b] = await Promise.all(['a', 'b'].map(path => app.client.post(path, {})))
    expect(a?.at('data.answer')).toBe(b?.at('data.answer') ?? 'none')
    const versions = await app.client.admin('GET', 'workflows/a/versions?limit=100')
    expect(versions.text.match(/"status":"active"/g)?.length).toBe(1)
    expect(versions.text.match(/"status":"draft"/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  test('of a draft that somebody changes meanwhile loses none of the changes', async () => {
    await apply([echoWorkflow('w')])
    for (let round = 0; round < 20; round++) {
      await app.client.admin('POST', 'workflows/w/versions')
      const name = `mine ${round}`
      const [changed, applied] = await Promise.all([
        app.client.admin('PUT', 'workflows/w', { name }),
        apply([{ ...echoWorkflow('w'), description: `theirs ${round}` }]),
      ])
      expect([applied.status, changed.status]).toEqual([200, 200])
      const latest = await app.client.admin('GET', 'workflows/w')
      expect([latest.at('data.name'), latest.at('data.status')]).toEqual([name, 'draft'])
    }
  })

  test('may be longer than other bodies, and is bounded in bytes and in number', async () => {
    const long = { ...echoWorkflow('w'), tasks: [mapTask('m', { 'data.x': 'x'.repeat(2_000_000) })] }
    expect((await apply([long])).status).toBe(200)
    const many = Array.from({ length: 5001 }, (_, at) => ({ workflow_id: `w${at}` }))
    await expectNothing(apply(many), 400, ['"path":"definitions"'])
    const huge = await app.client.request('POST', '/api/v1/admin/apply', {
      body: '{}',
      headers: { 'content-length': String(33 * 1024 * 1024) },
    })
    expect(huge.status).toBe(413)
  })
})

/** SQL of somebody who opens the file behind our back. */
function rewrite(sql: string): void {
  const database = new Database(join(home.path, 'orion.db'))
  try {
    database.run('drop trigger if exists trg_workflows_active_immutable')
    database.run(sql)
  } finally {
    database.close()
  }
}

describe('a connector whose reference leads nowhere', () => {
  const far = { name: 'far', connector_type: 'cache', config: { backend: 'redis', url: 'env://FAR_AWAY' } }

  test('is applied while nothing needs it', async () => {
    await using other = await openApp()
    const answer = await other.client.admin('POST', 'apply', { definitions: [far] })
    expect(answer.status).toBe(200)
    const status = await other.client.admin('GET', 'engine/status')
    expect(status.at('load_issues.connectors.0.stage')).toBe('secret_resolution')
  })

  test('is refused together with what needs it', async () => {
    await using other = await openApp()
    const reads = workflow('reads', [task('cache_read', { connector: 'far', key: 'k', output: 'data.k' })])
    const answer = await other.client.admin('POST', 'apply', { definitions: [far, reads] })
    expect(answer.status).toBe(400)
    expect(answer.at('error.details.0')).toMatchObject({ path: 'definitions[0]', code: 'NOT_AVAILABLE' })
    expect((await other.client.admin('GET', 'connectors')).at('data')).toEqual([])
  })
})
