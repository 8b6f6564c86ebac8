import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'

let app: App

beforeEach(async () => {
  app = await openApp()
})
afterEach(() => app[Symbol.asyncDispose]())

function apply(definitions: readonly Json[], options: JsonObject = {}): Promise<Answer> {
  return app.client.admin('POST', 'apply', { definitions: [...definitions], ...options })
}

/** `action kind id vN` of each change. */
async function changed(definitions: readonly Json[], options: JsonObject = {}): Promise<string[]> {
  const answer = await apply(definitions, options)
  expect(answer.status).toBe(200)
  return told(answer)
}

function told(answer: Answer): string[] {
  const changes = answer.at('data.changes')
  if (!Array.isArray(changes)) throw new Error(answer.text)
  return changes.map(change => {
    const { action, kind, id, version } = JSON.parse(JSON.stringify(change))
    return [action, kind, id, ...(version === undefined ? [] : [`v${version}`])].join(' ')
  })
}

/** Everything that could have changed. */
async function everything(): Promise<Json> {
  const read = async (path: string) => (await app.client.admin('GET', path)).body
  return {
    definitions: await read('definitions'),
    workflows: await read('workflows?limit=1000'),
    channels: await read('channels?limit=1000'),
    connectors: await read('connectors?limit=1000'),
    audit: await read('audit-logs?limit=1000'),
    generation: (await app.client.admin('GET', 'engine/status')).at('generation') ?? null,
  }
}

/** Refused so, and nothing is other than before. */
async function expectRefused(
  definitions: readonly Json[],
  status: number,
  paths: readonly string[],
  options: JsonObject = {},
): Promise<string> {
  const before = await everything()
  const answer = await apply(definitions, options)
  const details = answer.at('error.details')
  const found = Array.isArray(details) ? details.map(detail => JSON.parse(JSON.stringify(detail)).path) : []
  expect({ status: answer.status, paths: found }).toEqual({ status, paths: [...paths] })
  expect(await everything()).toEqual(before)
  return String(answer.at('error.message'))
}

const answerWorkflow = (id: string, value: Json) => workflow(id, [mapTask('m', { 'data.answer': value })])

const shop: JsonObject = {
  id: 'shop',
  name: 'shop',
  connector_type: 'http',
  config: { url: 'https://shop.example', auth: { type: 'bearer', token: 'a-long-random-text' } },
}

const versionsOf = async (id: string, kind = 'workflows') => {
  const { body } = await app.client.admin('GET', `${kind}/${id}/versions`)
  const rows: { version: number; status: string }[] = JSON.parse(JSON.stringify(body)).data
  return rows.map(({ version, status }) => `${version} ${status}`)
}

describe('apply', () => {
  test('makes everything live with one reload and one audit row for each', async () => {
    const before = Number((await app.client.admin('GET', 'engine/status')).at('generation'))
    const definitions = [channel('echo'), echoWorkflow('echo'), shop]
    expect(await changed(definitions)).toEqual([
      'create connector shop',
      'create workflow echo v1',
      'create channel echo v1',
    ])
    expect((await app.client.post('echo', { a: 1 })).at('data.in')).toEqual({ a: 1 })
    const status = await app.client.admin('GET', 'engine/status')
    expect(status.at('generation')).toBe(before + 1)
    const audit = await app.client.admin('GET', 'audit-logs')
    expect(audit.at('data.2')).toMatchObject({ action: 'apply', resource_type: 'connector' })
    expect(audit.at('data.3')).toBeUndefined()
    expect(audit.text).not.toContain('a-long-random-text')
  })

  test('again finds everything unchanged: no version, no audit row, no reload', async () => {
    const definitions = [channel('echo'), echoWorkflow('echo'), shop]
    await changed(definitions)
    const before = await everything()
    const again = await apply(definitions)
    expect(again.at('data')).toEqual({ changes: [], unchanged: 3, applied: true, dry_run: false })
    expect(await everything()).toEqual(before)
  })

  test('of new content makes a version and activates it, and tells what differs', async () => {
    await changed([answerWorkflow('w', 'old'), channel('w')])
    const answer = await apply([answerWorkflow('w', 'new'), channel('w')])
    expect(answer.at('data')).toEqual({
      changes: [
        {
          kind: 'workflow',
          id: 'w',
          action: 'update',
          version: 2,
          fields: [{ path: 'tasks[0].function.input.mappings[0].logic', old: 'old', new: 'new' }],
        },
      ],
      unchanged: 1,
      applied: true,
      dry_run: false,
    })
    expect(await versionsOf('w')).toEqual(['2 active', '1 archived'])
    expect((await app.client.post('w', {})).at('data.answer')).toBe('new')
  })

  test('as a dry run tells the same and changes nothing', async () => {
    await changed([answerWorkflow('w', 'old'), channel('w'), shop])
    const before = await everything()
    const definitions = [answerWorkflow('w', 'new'), channel('v', { workflow_id: 'w' })]
    const rehearsed = await apply(definitions, { dry_run: true, prune: true })
    expect(rehearsed.at('data')).toMatchObject({ applied: false, dry_run: true })
    expect(await everything()).toEqual(before)
    const done = await apply(definitions, { prune: true })
    expect(done.at('data.changes')).toEqual(rehearsed.at('data.changes') ?? null)
    expect(told(done)).toEqual([
      'delete connector shop',
      'update workflow w v2',
      'create channel v v1',
      'delete channel w',
    ])
  })

  test('deletes what is not listed only when it prunes', async () => {
    await changed([echoWorkflow('a'), channel('a'), echoWorkflow('b'), channel('b')])
    expect(await changed([echoWorkflow('a'), channel('a')])).toEqual([])
    expect((await app.client.post('b', {})).status).toBe(200)
    expect(await changed([echoWorkflow('a'), channel('a')], { prune: true })).toEqual([
      'delete workflow b',
      'delete channel b',
    ])
    expect((await app.client.post('b', {})).status).toBe(404)
    expect((await app.client.admin('GET', 'workflows/b')).status).toBe(404)
  })

  test('swaps names and routes of channels, and names of connectors', async () => {
    const two = (a: string, b: string) => [
      answerWorkflow('a', 'a'),
      answerWorkflow('b', 'b'),
      channel('a', { name: a, route_pattern: `/${a}` }),
      channel('b', { name: b, route_pattern: `/${b}` }),
      { ...shop, id: 'one', name: a },
      { ...shop, id: 'two', name: b, config: { url: 'https://two.example' } },
    ]
    await changed(two('x', 'y'))
    expect((await app.client.post('x', {})).at('data.answer')).toBe('a')
    await changed(two('y', 'x'))
    expect((await app.client.post('x', {})).at('data.answer')).toBe('b')
    expect((await app.client.post('y', {})).at('data.answer')).toBe('a')
    expect((await app.client.admin('GET', 'connectors/one')).at('data.name')).toBe('y')
    expect(await changed(two('y', 'x'))).toEqual([])
  })
})

describe('the status of a definition', () => {
  test('draft and archived are kept as such', async () => {
    const draft = { ...echoWorkflow('d'), status: 'draft' }
    const archived = { ...echoWorkflow('r'), status: 'archived' }
    expect(await changed([draft, archived])).toEqual(['create workflow d v1', 'create workflow r v1'])
    expect(await versionsOf('d')).toEqual(['1 draft'])
    expect(await versionsOf('r')).toEqual(['1 archived'])
    expect(await changed([draft, archived])).toEqual([])
  })

  test('that differs from what is written down is a change by itself', async () => {
    await changed([echoWorkflow('w')])
    const archived = await apply([{ ...echoWorkflow('w'), status: 'archived' }])
    expect(archived.at('data.changes.0')).toMatchObject({
      action: 'archive',
      fields: [{ path: 'status', old: 'active', new: 'archived' }],
    })
    expect(await versionsOf('w')).toEqual(['1 archived'])
    expect(await changed([echoWorkflow('w')])).toEqual(['activate workflow w v2'])
    expect(await changed([{ ...echoWorkflow('w'), status: 'draft' }])).toEqual(['update workflow w v3'])
    expect(await versionsOf('w')).toEqual(['3 draft', '2 archived', '1 archived'])
    expect(await changed([echoWorkflow('w')])).toEqual(['activate workflow w v3'])
  })

  test('a draft beside the active version is nobody’s business, and outlives a new version', async () => {
    await changed([answerWorkflow('w', 'one'), channel('w')])
    await app.client.admin('POST', 'workflows/w/versions')
    await app.client.admin('PUT', 'workflows/w', { name: 'my own work' })
    expect(await changed([answerWorkflow('w', 'one')])).toEqual([])
    expect(await changed([answerWorkflow('w', 'two')])).toEqual(['update workflow w v2'])
    expect(await versionsOf('w')).toEqual(['3 draft', '2 active', '1 archived'])
    expect((await app.client.admin('GET', 'workflows/w')).at('data.name')).toBe('my own work')
    expect((await app.client.post('w', {})).at('data.answer')).toBe('two')
  })
})

describe('of two versions that share the traffic', () => {
  const rollout = async (share: number) => {
    await changed([answerWorkflow('w', 'one'), channel('w')])
    await app.client.admin('POST', 'workflows/w/versions')
    await app.client.admin('PUT', 'workflows/w', answerWorkflow('w', 'two'))
    const body = { status: 'active', rollout_percentage: share }
    expect((await app.client.admin('PATCH', 'workflows/w/status', body)).status).toBe(200)
  }

  test.each(['one', 'two'])('a file that says the same as one of them ends no rollout: %s', async content => {
    await rollout(10)
    expect(await changed([answerWorkflow('w', content)])).toEqual([])
    expect(await versionsOf('w')).toEqual(['2 active', '1 active'])
  })

  test('a file that says something else has all of it', async () => {
    await rollout(10)
    expect(await changed([answerWorkflow('w', 'three')])).toEqual(['update workflow w v3'])
    expect(await versionsOf('w')).toEqual(['3 active', '2 archived', '1 archived'])
    expect((await app.client.post('w', {})).at('data.answer')).toBe('three')
    expect((await app.client.admin('GET', 'workflows/w')).at('data.rollout_percentage')).toBe(100)
  })

  test.each([
    [10, 'one'],
    [50, 'two'],
    [90, 'two'],
  ])('the one with most of it is exported: of %p%% to the newer %p', async (share, content) => {
    await rollout(share)
    const held = (await pages(app)).find(({ kind }) => kind === 'workflow')
    expect(held?.definition).toMatchObject(answerWorkflow('w', content))
  })

  test('a draft that had a share in mind gets all of it', async () => {
    await changed([answerWorkflow('w', 'one'), channel('w')])
    await app.client.admin('POST', 'workflows/w/versions')
    await app.client.admin('PUT', 'workflows/w', answerWorkflow('w', 'two'))
    expect(await changed([answerWorkflow('w', 'two')])).toEqual(['update workflow w v2'])
    expect((await app.client.admin('GET', 'workflows/w')).at('data')).toMatchObject({
      status: 'active',
      rollout_percentage: 100,
    })
  })
})

describe('refused, with nothing changed,', () => {
  test('are all problems of all definitions at once', async () => {
    await expectRefused(
      [
        { ...echoWorkflow('a'), name: '' },
        channel('b', { methods: [], config: { timeout: 1 } }),
        { id: 'x' },
        { tasks: [] },
        { ...echoWorkflow('c'), status: 'on' },
        echoWorkflow('a'),
      ],
      400,
      [
        'definitions[2].kind',
        'definitions[3].workflow_id',
        'definitions[4].status',
        'definitions[5].workflow_id',
        'definitions[0].name',
        'definitions[1].methods',
        'definitions[1].config.timeout',
      ],
    )
  })

  test('are keys of the body that nobody knows', async () => {
    await expectRefused([], 400, ['prnue'], { prnue: true })
  })

  test('is a mask that nothing is stored behind, by the name of its field', async () => {
    const masked = {
      ...shop,
      config: { url: 'https://shop.example', auth: { type: 'bearer', token: '******' } },
    }
    await expectRefused([masked], 400, ['definitions[0].config.auth.token'])
    await changed([shop])
    expect(await changed([masked])).toEqual([])
    expect(await changed([{ ...masked, tags: ['t'] }])).toEqual(['update connector shop'])
  })

  test('are two channels of one route or name, whichever were there before', async () => {
    await changed([echoWorkflow('a'), channel('a')])
    const message = await expectRefused(
      [echoWorkflow('b'), channel('b', { route_pattern: '/a', name: 'a' })],
      409,
      ['definitions[1].name', 'definitions[1].route_pattern'],
    )
    expect(message).toContain("belongs to active channel 'a'")
  })

  test('is a name that another connector has', async () => {
    await changed([shop, { ...shop, id: 'other', name: 'other' }])
    await expectRefused([{ ...shop, id: 'other' }], 409, ['definitions[0].name'])
  })

  test('is a channel whose workflow is not active in the end', async () => {
    await expectRefused([channel('a')], 409, ['definitions[0].workflow_id'])
    await changed([echoWorkflow('a'), channel('a')])
    const message = await expectRefused([{ ...echoWorkflow('a'), status: 'archived' }], 409, [
      'definitions[0].status',
    ])
    expect(message).toContain("active channel 'a' needs it")
  })

  test('is a workflow with a loop that no engine would run, in the words of its check', async () => {
    await expectRefused([{ ...echoWorkflow('a'), loop: { max: 2_000_000_000 } }], 400, [
      'definitions[0].loop.max',
    ])
  })
})

describe('a change of a secret', () => {
  test('is told without the secret', async () => {
    await changed([shop])
    const other = {
      ...shop,
      config: { url: 'https://shop.example', auth: { type: 'bearer', token: 'another-secret' } },
    }
    const answer = await apply([other])
    expect(answer.at('data.changes.0.fields')).toEqual([
      { path: 'config.auth.token', old: '******', new: '******' },
    ])
    expect(await changed([other])).toEqual([])
  })

  test('to a reference is told with the reference', async () => {
    await changed([shop])
    const auth = { type: 'bearer', token: 'env://SHOP_TOKEN' }
    const answer = await apply([{ ...shop, config: { url: 'https://shop.example', auth } }])
    expect(answer.at('data.changes.0.fields')).toEqual([
      { path: 'config.auth.token', old: '******', new: 'env://SHOP_TOKEN' },
    ])
  })
})

describe('the pages of definitions', () => {
  test('hold every definition as apply takes it, and give it back byte for byte elsewhere', async () => {
    const many = Array.from({ length: 25 }, (_, at) => echoWorkflow(`w${at}`))
    const definitions = [
      ...many,
      channel('w1', { config: { timeout_ms: 5 } }),
      { ...channel('w2'), status: 'draft' },
      { ...shop, config: { url: 'https://shop.example', auth: { type: 'bearer', token: 'env://SHOP' } } },
    ]
    await changed(definitions)
    await app.client.admin('POST', 'workflows/w3/versions')
    const exported = await pages(app)
    expect(exported.length).toBe(28)
    await using elsewhere = await openApp()
    const bodies = exported.map(({ kind, definition }) => ({ kind, ...definition }))
    const applied = await elsewhere.client.admin('POST', 'apply', { definitions: bodies })
    expect(applied.status).toBe(200)
    expect(JSON.stringify(await pages(elsewhere))).toBe(JSON.stringify(exported))
  })

  test('refuse a cursor that none of them gave', async () => {
    expect((await app.client.admin('GET', 'definitions?after=nonsense')).status).toBe(400)
  })
})

interface Held {
  kind: string
  id: string
  definition: JsonObject
}

async function pages({ client }: App): Promise<Held[]> {
  const all: Held[] = []
  for (let after: string | null = ''; after !== null; ) {
    const { body } = await client.admin('GET', `definitions?limit=10&after=${encodeURIComponent(after)}`)
    const page: { data: Held[]; next: string | null } = JSON.parse(JSON.stringify(body))
    all.push(...page.data)
    after = page.next
  }
  return all
}
