import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { channel, mapTask, workflow } from './harness/samples.ts'

type Kind = 'workflows' | 'channels'
type State = keyof typeof STATES
type Action = 'activate' | 'archive' | 'update' | 'new version' | 'delete'

/** What brings a definition from nothing into each state, and its versions then, newest first. */
const STATES = {
  'draft only': { steps: [], versions: ['1 draft'] },
  'active only': { steps: ['activate'], versions: ['1 active'] },
  'active and draft': { steps: ['activate', 'new version'], versions: ['2 draft', '1 active'] },
  'archived only': { steps: ['activate', 'archive'], versions: ['1 archived'] },
  'archived and draft': {
    steps: ['activate', 'archive', 'new version'],
    versions: ['2 draft', '1 archived'],
  },
  'archived and active': {
    steps: ['activate', 'new version', 'activate'],
    versions: ['2 active', '1 archived'],
  },
} as const satisfies Record<string, { steps: readonly Action[]; versions: readonly string[] }>

const REFUSED_NO_DRAFT = { refused: 400, code: 'BAD_REQUEST', message: 'No draft version found for' } as const
const REFUSED_NO_ACTIVE = {
  refused: 400,
  code: 'BAD_REQUEST',
  message: 'No active version found for',
} as const
const REFUSED_SECOND_DRAFT = {
  refused: 409,
  code: 'CONFLICT',
  message: 'already has a draft version',
} as const

type Expected =
  | typeof REFUSED_NO_DRAFT
  | typeof REFUSED_NO_ACTIVE
  | typeof REFUSED_SECOND_DRAFT
  /** Versions afterwards, newest first; none when it is gone. */
  | readonly string[]

/** Contract 3.7, each row with what is stored afterwards. */
const TABLE: readonly (readonly [State, Action, Expected])[] = [
  ['draft only', 'activate', ['1 active']],
  ['draft only', 'archive', REFUSED_NO_ACTIVE],
  ['draft only', 'update', ['1 draft']],
  ['draft only', 'new version', REFUSED_SECOND_DRAFT],
  ['draft only', 'delete', []],
  ['active only', 'activate', REFUSED_NO_DRAFT],
  ['active only', 'archive', ['1 archived']],
  ['active only', 'update', REFUSED_NO_DRAFT],
  ['active only', 'new version', ['2 draft', '1 active']],
  ['active only', 'delete', []],
  ['active and draft', 'activate', ['2 active', '1 archived']],
  ['active and draft', 'archive', ['2 draft', '1 archived']],
  ['active and draft', 'update', ['2 draft', '1 active']],
  ['active and draft', 'new version', REFUSED_SECOND_DRAFT],
  ['active and draft', 'delete', []],
  ['archived only', 'activate', REFUSED_NO_DRAFT],
  ['archived only', 'archive', REFUSED_NO_ACTIVE],
  ['archived only', 'update', REFUSED_NO_DRAFT],
  ['archived only', 'new version', ['2 draft', '1 archived']],
  ['archived only', 'delete', []],
  ['archived and draft', 'activate', ['2 active', '1 archived']],
  ['archived and draft', 'archive', REFUSED_NO_ACTIVE],
  ['archived and draft', 'update', ['2 draft', '1 archived']],
  ['archived and draft', 'new version', REFUSED_SECOND_DRAFT],
  ['archived and draft', 'delete', []],
  ['archived and active', 'activate', REFUSED_NO_DRAFT],
  ['archived and active', 'archive', ['2 archived', '1 archived']],
  ['archived and active', 'update', REFUSED_NO_DRAFT],
  ['archived and active', 'new version', ['3 draft', '2 active', '1 archived']],
  ['archived and active', 'delete', []],
]

const SUBJECTS: Readonly<Record<Kind, JsonObject>> = {
  workflows: workflow('subject', [mapTask('mark', { 'data.by': 'workflow' })]),
  channels: channel('subject', { workflow_id: 'answering' }),
}

function act(client: Client, kind: Kind, action: Action): Promise<Answer> {
  const path = `${kind}/subject`
  switch (action) {
    case 'activate':
      return client.setStatus(kind, 'subject', 'active')
    case 'archive':
      return client.setStatus(kind, 'subject', 'archived')
    case 'update':
      return client.admin('PUT', path, { description: 'changed' })
    case 'new version':
      return client.admin('POST', `${path}/versions`)
    case 'delete':
      return client.admin('DELETE', path)
    default:
      return action satisfies never
  }
}

async function versions(client: Client, kind: Kind): Promise<string[]> {
  const answer = await client.admin('GET', `${kind}/subject/versions`)
  const rows = answer.at('data')
  return Array.isArray(rows) ? rows.map(row => `${Object(row).version} ${Object(row).status}`) : []
}

/** Everything around the subject is active, so that a request tells whether the subject is. */
async function openIn(kind: Kind, state: State) {
  const app = await openApp()
  const { client } = app
  if (kind === 'workflows') {
    // A channel stays active without its workflow, but needs it to become so.
    await client.declare(SUBJECTS.workflows, channel('front', { workflow_id: 'subject' }))
    await client.admin('DELETE', 'workflows/subject')
  } else {
    await client.declare(workflow('answering', [mapTask('mark', { 'data.by': 'channel' })]))
  }
  await client.admin('POST', kind, SUBJECTS[kind])
  for (const step of STATES[state].steps) await act(client, kind, step)
  return app
}

/** The version that answers a request, or what stands for none: 0 for a workflow, 404 for a channel. */
async function live(client: Client, kind: Kind): Promise<number> {
  const answer = await client.post(kind === 'workflows' ? 'front' : 'subject', {})
  if (kind === 'channels') return answer.status
  return Number(answer.headers.get('x-orion-workflow-version') ?? 0)
}

function expectedLive(kind: Kind, rows: readonly string[]): number {
  const active = rows.find(row => row.endsWith(' active'))
  if (kind === 'channels') return active === undefined ? 404 : 200
  return active === undefined ? 0 : Number(active.split(' ')[0])
}

describe.each(['workflows', 'channels'] as const)('%s', kind => {
  test.each(TABLE)('%s, %s', async (state, action, expected) => {
    await using app = await openIn(kind, state)
    const { client } = app
    expect(await versions(client, kind)).toEqual([...STATES[state].versions])

    const answer = await act(client, kind, action)
    const after = 'refused' in expected ? [...STATES[state].versions] : [...expected]
    if ('refused' in expected) {
      expect([answer.status, answer.at('error.code')]).toEqual([expected.refused, expected.code])
      expect(String(answer.at('error.message'))).toContain(expected.message)
      expect(String(answer.at('error.message'))).toContain("'subject'")
    } else {
      expect(answer.status).toBe(action === 'delete' ? 204 : action === 'new version' ? 201 : 200)
    }
    expect(await versions(client, kind)).toEqual(after)
    expect(await live(client, kind)).toBe(expectedLive(kind, after))
  })
})

const HIGHEST = [
  ['activate', 'active and draft', { version: 2, status: 'active' }],
  ['archive', 'active and draft', { version: 1, status: 'archived' }],
  ['archive', 'archived and active', { version: 2, status: 'archived' }],
  ['update', 'active and draft', { version: 2, status: 'draft', description: 'changed' }],
  ['new version', 'archived only', { version: 2, status: 'draft' }],
] as const

describe.each(['workflows', 'channels'] as const)('%s answer the version that was touched', kind => {
  test.each(HIGHEST)('%s, %s', async (action, state, row) => {
    await using app = await openIn(kind, state)
    const answer = await act(app.client, kind, action)
    expect(answer.at('data')).toMatchObject(row)
  })
})

test('what goes live at an activation is the draft as it was edited, and not before', async () => {
  await using app = await openIn('workflows', 'active and draft')
  const { client } = app
  const tasks = [mapTask('mark', { 'data.by': 'second' })]
  await client.admin('PUT', 'workflows/subject', { tasks })
  expect((await client.post('front', {})).at('data.by')).toBe('workflow')
  await client.setStatus('workflows', 'subject', 'active')
  expect((await client.post('front', {})).at('data.by')).toBe('second')
})

test('a new version has the content of the latest one, an archived one too', async () => {
  await using app = await openIn('workflows', 'archived only')
  const { client } = app
  const [before, after] = [
    await client.admin('GET', 'workflows/subject'),
    await act(client, 'workflows', 'new version'),
  ]
  const content = ['name', 'description', 'priority', 'condition', 'tasks', 'tags', 'continue_on_error']
  for (const key of content) expect(after.at(`data.${key}`)).toEqual(before.at(`data.${key}`) ?? null)
  expect(after.at('data.rollout_percentage')).toBe(100)
})

test('a channel that is renamed keeps its old name until the new version is active', async () => {
  await using app = await openIn('channels', 'active and draft')
  const { client } = app
  await client.admin('PUT', 'channels/subject', { name: 'renamed', route_pattern: '/elsewhere' })
  expect((await client.post('subject', {})).status).toBe(200)
  expect((await client.post('renamed', {})).status).toBe(404)
  await client.setStatus('channels', 'subject', 'active')
  expect((await client.post('subject', {})).status).toBe(404)
  expect((await client.post('renamed', {})).status).toBe(200)
  expect((await client.post('elsewhere', {})).status).toBe(200)
})

test('deleting a workflow leaves its channel active, which answers with nothing done', async () => {
  await using app = await openIn('workflows', 'active only')
  const { client } = app
  await client.admin('DELETE', 'workflows/subject')
  const answer = await client.post('front', { a: 1 })
  expect([answer.status, answer.at('data'), answer.at('errors')]).toEqual([200, {}, []])
  expect((await client.admin('GET', 'channels/front')).at('data.status')).toBe('active')
})

test('an id can be used again after its deletion, from version 1', async () => {
  await using app = await openIn('workflows', 'archived and active')
  const { client } = app
  await client.admin('DELETE', 'workflows/subject')
  const again = await client.admin('POST', 'workflows', SUBJECTS.workflows)
  expect([again.status, again.at('data.version'), again.at('data.status')]).toEqual([201, 1, 'draft'])
})
