import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { handClock } from './harness/hand-clock.ts'
import { channel, echoWorkflow, logWorkflow } from './harness/samples.ts'
import { exported, importing, type Kinds, written } from './harness/transfers.ts'

const connector = (id: string, rest: JsonObject = {}): JsonObject => ({
  id,
  name: id,
  connector_type: 'cache',
  config: { backend: 'memory' },
  ...rest,
})

/** A definition of each kind. */
const MAKE = {
  workflows: echoWorkflow,
  channels: (id: string) => channel(id),
  connectors: (id: string) => connector(id),
} as const

const KINDS = ['workflows', 'channels', 'connectors'] as const
const NOUNS = { workflows: 'workflow', channels: 'channel', connectors: 'connector' } as const
const ID_FIELDS = { workflows: 'workflow_id', channels: 'channel_id', connectors: 'id' } as const

/** All or nothing: the problems by path, the count beside them, and nothing written. */
async function expectRefused(
  app: App,
  kinds: Kinds,
  answer: Answer,
  expected: { problems: Record<string, string>; failed: number },
): Promise<void> {
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 400, text: answer.text })
  expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
  expect(problemsOf(answer)).toEqual(expected.problems)
  expect([answer.at('imported'), answer.at('failed')]).toEqual([0, expected.failed])
  expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  expect(await exported(app, kinds)).toEqual([])
}

describe.each(KINDS)('an import of %s', kinds => {
  const make = MAKE[kinds]
  const idField = ID_FIELDS[kinds]

  test('takes all of them, with one row in the audit', async () => {
    await using app = await openApp()
    const answer = await importing(app, kinds, [make('a'), make('b')])
    expect(answer.status).toBe(200)
    const version = kinds === 'connectors' ? {} : { version: 1 }
    expect(answer.body).toEqual({
      imported: 2,
      failed: 0,
      skipped: 0,
      unchanged: 0,
      errors: [],
      items: [
        { index: 0, action: 'create', id: 'a', ...version },
        { index: 1, action: 'create', id: 'b', ...version },
      ],
    })
    expect(await exported(app, kinds)).toMatchObject([
      { [idField]: 'a', ...(kinds === 'connectors' ? {} : { version: 1, status: 'draft' }) },
      { [idField]: 'b' },
    ])
    const audit = await app.client.admin('GET', 'audit-logs')
    expect(audit.at('pagination.total')).toBe(1)
    expect(audit.at('data.0')).toMatchObject({
      action: 'import',
      resource_type: NOUNS[kinds],
      resource_id: '2 imported',
      principal: 'anonymous',
    })
    const suffix = kinds === 'connectors' ? '' : ' version 1'
    expect(JSON.parse(String(audit.at('data.0.details'))).after).toEqual({
      created: [`a${suffix}`, `b${suffix}`],
      updated: [],
      not_listed: 0,
    })
  })

  test('takes none when one is wrong, and says which and where', async () => {
    await using app = await openApp()
    const nameless: JsonObject = { ...make('c'), name: '' }
    const answer = await importing(app, kinds, [make('a'), null, nameless, make('a')])
    await expectRefused(app, kinds, answer, {
      failed: 3,
      problems: { '[1]': 'TYPE_MISMATCH', '[2].name': 'REQUIRED', [`[3].${idField}`]: 'DUPLICATE' },
    })
  })

  test('with atomic=false takes those that are fine, and answers 200', async () => {
    await using app = await openApp()
    await importing(app, kinds, [make('old')])
    const body = [make('a'), null, make('old'), make('b'), make('b')]
    const answer = await importing(app, kinds, body, '?atomic=false')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      imported: 2,
      failed: 3,
      errors: [
        { index: 1, error: 'A definition must be a JSON object' },
        { index: 2, error: expect.stringContaining("'old' already exists") },
        { index: 4, error: expect.stringContaining("'b' is in this import before") },
      ],
      items: [
        { index: 0, action: 'create', id: 'a' },
        { index: 1, action: 'fail' },
        { index: 2, action: 'fail' },
        { index: 3, action: 'create', id: 'b' },
        { index: 4, action: 'fail' },
      ],
    })
    expect((await exported(app, kinds)).map(row => row[idField])).toEqual(['a', 'b', 'old'])
    const audit = await app.client.admin('GET', 'audit-logs')
    expect(audit.at('data.0.resource_id')).toBe('2 imported')
  })

  test('with atomic=false where all fail is 200, and no row in the audit', async () => {
    await using app = await openApp()
    const answer = await importing(app, kinds, [1, 'x', []], '?atomic=false')
    expect([answer.status, answer.at('imported'), answer.at('failed')]).toEqual([200, 0, 3])
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  })

  test('makes an id where none is given', async () => {
    await using app = await openApp()
    const { [idField]: _, ...anonymous } = make('x')
    const made = (await importing(app, kinds, [anonymous])).at('items.0.id')
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect((await app.client.admin('GET', `${kinds}/${made}`)).status).toBe(200)
  })

  test('a dry run checks everything and writes nothing', async () => {
    await using app = await openApp()
    await importing(app, kinds, [make('old'), make('same')])
    const before = await exported(app, kinds)
    const { [idField]: _, ...named } = make('x')
    const anonymous = { ...named, name: 'anonymous' }
    const changed = { ...make('old'), tags: ['changed'] }
    const query = '?dry_run=true&on_conflict=new_version'
    const fine = await importing(app, kinds, [make('a'), changed, make('same'), anonymous], query)
    expect(fine.status).toBe(200)
    expect(fine.body).toEqual({
      dry_run: true,
      would_create: 2,
      would_update: 1,
      would_fail: 0,
      imported: 0,
      failed: 0,
      skipped: 0,
      unchanged: 1,
      errors: [],
      items: [
        expect.objectContaining({ index: 0, action: 'create', id: 'a' }),
        expect.objectContaining({ index: 1, action: 'update', id: 'old' }),
        expect.objectContaining({ index: 2, action: 'unchanged', id: 'same' }),
        // Its id is made when it is written.
        { index: 3, action: 'create', ...(kinds === 'connectors' ? {} : { version: 1 }) },
      ],
    })
    const wrong = await importing(app, kinds, [make('a'), make('old')], '?dry_run=true')
    expect([wrong.status, wrong.at('dry_run'), wrong.at('imported'), wrong.at('failed')]).toEqual([
      400,
      true,
      0,
      1,
    ])
    expect(problemsOf(wrong)).toEqual({ [`[1].${idField}`]: 'DUPLICATE' })
    const told = await importing(app, kinds, [make('a'), make('old')], '?dry_run=true&atomic=false')
    expect([told.status, told.at('would_create'), told.at('would_fail'), told.at('failed')]).toEqual([
      200, 1, 1, 1,
    ])
    expect(await exported(app, kinds)).toEqual(before)
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(1)
  })

  test('on_conflict=skip leaves alone what is there', async () => {
    await using app = await openApp()
    await importing(app, kinds, [make('old')])
    const before = await exported(app, kinds)
    const body = [{ ...make('old'), tags: ['changed'] }, make('new')]
    const answer = await importing(app, kinds, body, '?on_conflict=skip')
    expect(answer.body).toMatchObject({
      imported: 1,
      failed: 0,
      skipped: 1,
      items: [
        { index: 0, action: 'skip', id: 'old' },
        { index: 1, action: 'create', id: 'new' },
      ],
    })
    expect((await exported(app, kinds)).filter(row => row[idField] === 'old')).toEqual(before)
  })

  test('takes what an export has besides, and $schema', async () => {
    await using app = await openApp()
    const item = { $schema: 'https://orion.example/x.json', ...make('a'), version: 7, status: 'active' }
    const more = { rollout_percentage: 5, created_at: 'never', updated_at: 3, nonsense: {} }
    expect((await importing(app, kinds, { data: [{ ...item, ...more }], total: 1 })).at('imported')).toBe(1)
    const [row] = await exported(app, kinds)
    expect(row).not.toHaveProperty('nonsense')
    if (kinds !== 'connectors') expect(row).toMatchObject({ version: 1, status: 'draft' })
  })

  test.each([
    ['dry_run', 'yes', 'one of true, false'],
    ['dry_run', '', 'one of true, false'],
    ['dry_run', '1', 'one of true, false'],
    ['atomic', 'no', 'one of true, false'],
    ['atomic', 'TRUE', 'one of true, false'],
    ['on_conflict', 'replace', 'one of fail, skip, new_version'],
    ['on_conflict', '', 'one of fail, skip, new_version'],
  ])('with %s=%s is refused, and does nothing', async (name, value, expected) => {
    await using app = await openApp()
    const answer = await importing(app, kinds, [make('a')], `?${name}=${value}`)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([{ path: name, code: 'INVALID_ENUM', expected }])
    expect(await exported(app, kinds)).toEqual([])
  })

  test('refuses ids that are words of the admin API, as a create does', async () => {
    await using app = await openApp()
    const document = await app.client.request('GET', '/api/v1/openapi.json')
    const paths = Object.keys(Object(document.at('paths')))
    const prefix = `/api/v1/admin/${kinds}/`
    const words = paths
      .filter(path => path.startsWith(prefix))
      .map(path => path.slice(prefix.length).split('/')[0] ?? '')
      .filter(word => !word.startsWith('{'))
    expect(words).toContain('import')
    for (const word of new Set(words)) {
      const refused = await importing(app, kinds, [make(word)])
      await expectRefused(app, kinds, refused, {
        failed: 1,
        problems: { [`[0].${idField}`]: 'INVALID_FORMAT' },
      })
      const created = await app.client.admin('POST', kinds, make(word))
      expectEnvelope(created, 400, 'VALIDATION_ERROR')
      expect(created.at('error.message')).toContain(`'${word}' cannot be the id of a ${NOUNS[kinds]}`)
      if (kinds === 'connectors') continue
      const validated = await app.client.admin('POST', `${kinds}/validate`, make(word))
      expect([validated.at('valid'), validated.at('errors.0.path')]).toEqual([false, idField])
    }
  })
})

describe('on_conflict=new_version', () => {
  const AGAIN = '?on_conflict=new_version'

  test('replaces a draft, and puts one above any other version', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('live'))
    await importing(app, 'workflows', [{ ...echoWorkflow('draft'), description: 'old', tags: ['old'] }])
    const body = [logWorkflow('draft'), logWorkflow('live')]
    const answer = await importing(app, 'workflows', body, AGAIN)
    expect(answer.body).toMatchObject({
      imported: 2,
      items: [
        { action: 'update', id: 'draft', version: 1 },
        { action: 'new_version', id: 'live', version: 2 },
      ],
    })
    // An import says all of a definition: what it leaves out is as if it never was.
    expect((await app.client.admin('GET', 'workflows/draft')).at('data')).toMatchObject({
      version: 1,
      status: 'draft',
      description: null,
      tags: [],
      tasks: Object(logWorkflow('draft')).tasks,
    })
    const versions = await app.client.admin('GET', 'workflows/live/versions')
    expect(versions.at('data')).toMatchObject([
      { version: 2, status: 'draft', tasks: Object(logWorkflow('live')).tasks },
      { version: 1, status: 'active', tasks: Object(echoWorkflow('live')).tasks },
    ])
    expect((await app.client.setStatus('workflows', 'live', 'active')).status).toBe(200)
  })

  test('of what is the same makes no version and no row in the audit', async () => {
    await using app = await openApp()
    const guarded = channel('w', { config: { timeout_ms: 5 }, description: 'd', tags: ['t'], priority: 3 })
    await app.client.declare({ ...echoWorkflow('w'), loop: { max: 3 }, condition: { '==': [1, 1] } }, guarded)
    await importing(app, 'connectors', [connector('c', { tags: ['t'] })])
    await app.client.setStatus('workflows', 'w', 'archived')
    const rows = (await app.client.admin('GET', 'audit-logs')).at('pagination.total')
    for (const kinds of KINDS) {
      const answer = await importing(app, kinds, { data: await exported(app, kinds) }, AGAIN)
      expect(answer.body).toMatchObject({ imported: 0, unchanged: 1, items: [{ action: 'unchanged' }] })
    }
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(rows ?? -1)
    expect((await app.client.admin('GET', 'workflows/w/versions')).at('total')).toBe(1)
  })

  test('keeps the stored secrets where an export has masks', async () => {
    await using app = await openApp()
    const auth = { mode: 'api_key', keys: ['the-stored-key-1'], header: 'X-Key' }
    await app.client.declare(echoWorkflow('w'), channel('w', { config: { auth } }))
    await importing(app, 'connectors', [
      {
        id: 'c',
        name: 'crm',
        connector_type: 'http',
        config: { url: 'https://crm.example', auth: { type: 'bearer', token: 'stored-token' } },
      },
    ])
    const [shown = {}] = await exported(app, 'channels')
    const answer = await importing(app, 'channels', [{ ...shown, description: 'new' }], AGAIN)
    expect(answer.at('items.0')).toEqual({ index: 0, action: 'new_version', id: 'w', version: 2 })
    await app.client.setStatus('channels', 'w', 'active')
    expect((await app.client.post('w', 1, { 'x-key': 'the-stored-key-1' })).status).toBe(200)
    expect((await app.client.post('w', 1, { 'x-key': '******' })).status).toBe(401)

    const [crm = {}] = await exported(app, 'connectors')
    const changed = { ...crm, id: 'of-another-server', tags: ['new'] }
    const again = await importing(app, 'connectors', [changed], AGAIN)
    expect(again.body).toMatchObject({ imported: 1, items: [{ index: 0, action: 'update', id: 'c' }] })
    const audit = await app.client.admin('GET', 'audit-logs?limit=1')
    expect(audit.text).not.toContain('stored-token')
    // Behind the mask is still the same token: nothing is left to change.
    const known = {
      ...changed,
      config: { ...Object(crm.config), auth: { type: 'bearer', token: 'stored-token' } },
    }
    expect((await importing(app, 'connectors', [known], AGAIN)).at('unchanged')).toBe(1)
  })

  test('does not make another way in of a channel', async () => {
    await using app = await openApp()
    await importing(app, 'channels', [channel('c')])
    const answer = await importing(app, 'channels', [channel('c', { protocol: 'http' })], AGAIN)
    expect(problemsOf(answer)).toEqual({ '[0].protocol': 'INVALID_ENUM' })
  })
})

describe('secrets that were exported', () => {
  test('are refused where none is stored, by the name of the field', async () => {
    await using from = await openApp()
    const hmac = { mode: 'hmac', secret: 'shared-with-nobody' }
    await importing(from, 'channels', [channel('a'), channel('b', { config: { auth: hmac } })])
    const config = { url: 'https://x.example', auth: { type: 'bearer', token: 'literal' } }
    await importing(from, 'connectors', [{ id: 'x', name: 'x', connector_type: 'http', config }])
    await using to = await openApp()
    const channels = await importing(to, 'channels', { data: await exported(from, 'channels') })
    await expectRefused(to, 'channels', channels, {
      failed: 1,
      problems: { '[1].config.auth.secret': 'INVALID_FORMAT' },
    })
    const connectors = await importing(to, 'connectors', { data: await exported(from, 'connectors') })
    await expectRefused(to, 'connectors', connectors, {
      failed: 1,
      problems: { '[0].config.auth.token': 'INVALID_FORMAT' },
    })
  })
})

describe('connectors', () => {
  test('are later with each change, however fast changes come', async () => {
    const clock = handClock()
    await using app = await openApp({ clock })
    const times: Json[] = []
    for (const tag of ['a', 'b', 'c']) {
      await importing(app, 'connectors', [connector('x', { tags: [tag] })], '?on_conflict=new_version')
      const [row = {}] = await exported(app, 'connectors')
      times.push(row.updated_at ?? null)
    }
    expect(new Set(times).size).toBe(3)
    expect(times).toEqual(times.toSorted())
  })

  test('are live once they are imported, by one change', async () => {
    await using app = await openApp()
    const generation = async () => Number((await app.client.admin('GET', 'engine/status')).at('generation'))
    const before = await generation()
    await importing(app, 'connectors', [connector('a'), connector('b'), connector('c')])
    expect(await generation()).toBe(before + 1)
    await importing(app, 'connectors', [connector('d')], '?dry_run=true')
    expect(await generation()).toBe(before + 1)
  })

  test('are the same by id or by name, and never two at once', async () => {
    await using app = await openApp()
    await importing(app, 'connectors', [connector('1', { name: 'one' }), connector('2', { name: 'two' })])
    const tried = async (...items: Json[]) =>
      problemsOf(await importing(app, 'connectors', items, '?on_conflict=new_version'))
    expect(await tried(connector('1', { name: 'two' }))).toEqual({ '[0].name': 'DUPLICATE' })
    expect(await tried(connector('3', { name: 'x' }), connector('4', { name: 'x' }))).toEqual({
      '[1].name': 'DUPLICATE',
    })
    // `9` is meant by its name, and is `1`.
    expect(await tried(connector('9', { name: 'one' }), connector('1', { name: 'uno' }))).toEqual({
      '[1].id': 'DUPLICATE',
    })
    expect(await tried(connector('1', { name: 'uno' }))).toEqual({})
    expect((await exported(app, 'connectors')).map(({ id, name }) => [id, name])).toEqual([
      ['2', 'two'],
      ['1', 'uno'],
    ])
  })

  test('are taken as lists show them, with the configuration as text', async () => {
    await using app = await openApp()
    await importing(app, 'connectors', [
      connector('a', { config: { backend: 'memory', default_ttl_secs: 9 } }),
    ])
    const listed = (await app.client.admin('GET', 'connectors')).body
    await using other = await openApp()
    expect((await importing(other, 'connectors', listed)).at('imported')).toBe(1)
    expect(written(await exported(other, 'connectors'))).toEqual(written(await exported(app, 'connectors')))
    const { config: _, ...bare } = connector('b')
    for (const config_json of ['{', '[]', 7]) {
      const answer = await importing(other, 'connectors', [{ ...bare, config_json }])
      expect(problemsOf(answer)).toEqual({ '[0].config_json': 'INVALID_FORMAT' })
    }
  })
})

test('a long import lists in its audit row as many ids as fit', async () => {
  await using app = await openApp()
  const items = Array.from({ length: 1000 }, (_, at) => echoWorkflow(`a-workflow-with-a-long-name-${at}`))
  await importing(app, 'workflows', items)
  const audit = await app.client.admin('GET', 'audit-logs')
  expect(audit.at('data.0.resource_id')).toBe('1000 imported')
  const { created, not_listed } = JSON.parse(String(audit.at('data.0.details'))).after
  expect(created.length).toBeGreaterThan(200)
  expect(created.length + not_listed).toBe(1000)
})
