import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { mapTask, parseTask, tiersWorkflow, workflow } from './harness/samples.ts'

const VALIDATE = 'workflows/validate'
const clean = { valid: true, errors: [], warnings: [] }

async function validated(body: Json, given?: App) {
  await using app = given === undefined ? await openApp() : undefined
  const answer = await (given ?? app)?.client.admin('POST', VALIDATE, body)
  expect(answer?.status).toBe(200)
  return answer?.body
}

/** `severity field: message` of each finding. */
async function told(fields: JsonObject): Promise<string[]> {
  await using app = await openApp()
  const answer = await app.client.admin('POST', VALIDATE, { name: 'W', tasks: [parseTask()], ...fields })
  const list = (kind: string) => {
    const entries = answer.at(kind)
    if (!Array.isArray(entries)) throw new Error(answer.text)
    return entries.map(
      (_, at) => `${kind} ${answer.at(`${kind}.${at}.field`)}: ${answer.at(`${kind}.${at}.message`)}`,
    )
  }
  return [...list('errors'), ...list('warnings')]
}

describe('a sound workflow is valid, without a word', () => {
  test.each([
    ['one task', workflow('one', [parseTask()])],
    ['tiers', tiersWorkflow('tiers')],
    ['a condition', workflow('c', [parseTask()], { condition: { '==': [{ var: 'metadata.kind' }, 'a'] } })],
    [
      'an export',
      {
        ...workflow('e', [parseTask()]),
        $schema: 'x',
        version: 3,
        status: 'active',
        rollout_percentage: 100,
        created_at: 'x',
        updated_at: 'x',
      },
    ],
  ])('%s', async (_, body) => {
    expect(await validated(body)).toEqual(clean)
  })

  test('nothing is stored, and nothing is audited', async () => {
    await using app = await openApp()
    await validated(workflow('ghost', [parseTask()]), app)
    expect((await app.client.admin('GET', 'workflows/ghost')).status).toBe(404)
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  })
})

describe('the table of contract 3.13', () => {
  const good: JsonObject = { id: 'a', name: 'A', function: { name: 'log', input: { message: 'x' } } }
  const MULTI = { and: [true], or: [false] }

  test.each<[string, JsonObject, string[]]>([
    ['a blank name', { name: ' ' }, ['errors name: Name cannot be empty']],
    ['no name', { name: null }, ['errors name: must be a non-empty string']],
    ['no tasks', { tasks: [] }, ['errors tasks: Tasks must be a non-empty array']],
    ['tasks that are no array', { tasks: 'x' }, ['errors tasks: Tasks must be a non-empty array']],
    [
      'a task without anything',
      { tasks: [{}] },
      [
        "errors tasks[0].id: Task at index 0 is missing 'id'",
        "errors tasks[0].name: Task at index 0 is missing 'name'",
        "errors tasks[0].function.name: Task at index 0 is missing 'function.name'",
      ],
    ],
    ['an id that is used twice', { tasks: [good, good] }, ["errors tasks: Duplicate task id 'a'"]],
    [
      'a condition that does not compile',
      { condition: MULTI, tasks: [{ ...good, condition: MULTI }] },
      [
        'errors condition: Invalid JSONLogic in workflow condition: Invalid operator: Unknown Operator',
        'errors tasks[0].condition: Invalid JSONLogic in task condition: Invalid operator: Unknown Operator',
      ],
    ],
    [
      'a function that nobody knows, which this server refuses too',
      { tasks: [{ ...good, function: { name: 'mapp', input: {} } }] },
      [
        "errors tasks[0].function.name: Unknown function 'mapp'",
        "warnings tasks[0].function.name: Unknown function 'mapp'",
      ],
    ],
    [
      'a connector that is not there',
      { tasks: [{ ...good, function: { name: 'http_call', input: { connector: 'crm' } } }] },
      ["warnings tasks[0].function.input.connector: Connector 'crm' not found in registry"],
    ],
  ])('%s', async (_, fields, expected) => {
    expect(await told(fields)).toEqual(expected)
  })
})

test('each entry has its rule, its code, its exact place and what would be right', async () => {
  const body = await validated({
    name: 'W',
    tasks: [parseTask('order'), mapTask('m', { 'data.x': { var: 'data.oder.total' } }), parseTask('order')],
  })
  expect(body).toMatchObject({
    valid: false,
    errors: [{ field: 'tasks', path: 'tasks[2].id', rule: 'duplicate', code: 'DUPLICATE' }],
    warnings: [
      {
        field: 'tasks[1].function.input.mappings[0].logic.var',
        path: 'tasks[1].function.input.mappings[0].logic.var',
        rule: 'read-before-write',
        code: 'READ_BEFORE_WRITE',
        message: '"data.oder.total" is read before anything wrote it; did you mean "data.order.total"?',
        expected: 'a task before this one that writes "data.oder.total"',
        suggestion: 'data.order.total',
      },
    ],
  })
})

test('connectors that are there and enabled are known', async () => {
  await using app = await openApp()
  const http = { connector_type: 'http', config: { url: 'https://example.com' } }
  await app.client.admin('POST', 'connectors', { ...http, name: 'crm' })
  await app.client.admin('POST', 'connectors', { ...http, name: 'off', enabled: false })
  const call = (connector: string) => ({
    id: connector,
    name: 'C',
    function: { name: 'http_call', input: { connector } },
  })
  const body = { name: 'W', tasks: [call('crm'), call('off'), call('cmr')] }
  const answer = await app.client.admin('POST', VALIDATE, body)
  expect(answer.at('warnings')).toMatchObject([
    { path: 'tasks[1].function.input.connector', rule: 'unknown-connector' },
    { path: 'tasks[2].function.input.connector', rule: 'unknown-connector', suggestion: 'crm' },
  ])
})

describe('a body', () => {
  test.each<[Json, string]>([
    [[], 'array'],
    ['text', 'text'],
    [7, 'number'],
    [null, 'null'],
  ])('that is %j is not valid', async body => {
    expect(await validated(JSON.stringify(body))).toMatchObject({
      valid: false,
      errors: [
        { field: '(root)', path: '', code: 'TYPE_MISMATCH', message: 'The body must be a JSON object' },
      ],
    })
  })

  test.each([
    ['{"name": ', 400, 'BAD_REQUEST'],
    ['', 400, 'BAD_REQUEST'],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 400, 'BAD_REQUEST'],
  ])('%s is refused as on every route', async (text, status, code) => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', VALIDATE, text)
    expect({ status: answer.status, code: answer.at('error.code') }).toEqual({ status, code })
  })

  test('whatever is in it, the answer is 200 and finite', async () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, { nonsens: at }]))
    const reads = Array.from({ length: 5000 }, (_, at) => ({
      path: `data.a${at}`,
      logic: { var: `data.b${at}` },
    }))
    for (const input of [
      { mappings: reads },
      { mappings: [{ path: 'data', logic: wide }] },
      { mappings: wide },
      null,
      [],
    ]) {
      const body = await validated({
        name: 'W',
        condition: { '>': [wide] },
        tasks: [{ id: 'a', name: 'A', function: { name: 'map', input } }],
      })
      expect(JSON.stringify(body).length).toBeLessThan(1_000_000)
    }
  })
})

test('the document describes the route', async () => {
  await using app = await openApp()
  const document = await app.client.request('GET', '/api/v1/openapi.json')
  expect(document.text).toContain('"/api/v1/admin/workflows/validate"')
  expect(document.text).toContain('"validate_workflow"')
})
