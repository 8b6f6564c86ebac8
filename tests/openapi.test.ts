import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, echoWorkflow, task, workflow } from './harness/samples.ts'

interface Operation {
  readonly operationId: string
  readonly parameters: readonly JsonObject[]
  readonly requestBody?: JsonObject
  readonly responses: Readonly<Record<string, JsonObject>>
  readonly security: readonly JsonObject[]
}

interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: JsonObject }
}

let app: App
let document: Document

beforeAll(async () => {
  app = await openApp()
  document = JSON.parse((await app.client.request('GET', '/api/v1/openapi.json')).text)
})

afterAll(() => app[Symbol.asyncDispose]())

/** What this version has; a route that comes adds its line here. */
const OPERATIONS = [
  'POST /api/v1/admin/apply',
  'GET /api/v1/admin/audit-logs',
  'GET /api/v1/admin/channels',
  'POST /api/v1/admin/channels',
  'GET /api/v1/admin/channels/{id}',
  'PUT /api/v1/admin/channels/{id}',
  'DELETE /api/v1/admin/channels/{id}',
  'GET /api/v1/admin/channels/export',
  'POST /api/v1/admin/channels/import',
  'PATCH /api/v1/admin/channels/{id}/status',
  'GET /api/v1/admin/channels/{id}/versions',
  'POST /api/v1/admin/channels/{id}/versions',
  'POST /api/v1/admin/channels/validate',
  'GET /api/v1/admin/connectors',
  'POST /api/v1/admin/connectors/validate',
  'GET /api/v1/admin/connectors/{id}/dependents',
  'POST /api/v1/admin/connectors',
  'GET /api/v1/admin/connectors/circuit-breakers',
  'POST /api/v1/admin/connectors/circuit-breakers/{key}',
  'POST /api/v1/admin/connectors/reload',
  'POST /api/v1/admin/connectors/{id}/test',
  'GET /api/v1/admin/connectors/{id}',
  'PUT /api/v1/admin/connectors/{id}',
  'DELETE /api/v1/admin/connectors/{id}',
  'GET /api/v1/admin/definitions',
  'GET /api/v1/admin/connectors/export',
  'POST /api/v1/admin/connectors/import',
  'POST /api/v1/admin/engine/reload',
  'POST /api/v1/admin/cache/namespaces/{ns}/invalidate',
  'GET /api/v1/admin/engine/status',
  'POST /api/v1/admin/expressions/evaluate',
  'GET /api/v1/admin/functions',
  'GET /api/v1/admin/operators',
  'GET /api/v1/admin/secrets',
  'PUT /api/v1/admin/secrets/{name}',
  'DELETE /api/v1/admin/secrets/{name}',
  'GET /api/v1/admin/workflows',
  'POST /api/v1/admin/workflows',
  'GET /api/v1/admin/workflows/{id}',
  'PUT /api/v1/admin/workflows/{id}',
  'DELETE /api/v1/admin/workflows/{id}',
  'GET /api/v1/admin/workflows/export',
  'POST /api/v1/admin/workflows/import',
  'PATCH /api/v1/admin/workflows/{id}/status',
  'GET /api/v1/admin/workflows/{id}/dependencies',
  'GET /api/v1/admin/workflows/{id}/diff',
  'GET /api/v1/admin/workflows/{id}/effects',
  'GET /api/v1/admin/workflows/{id}/rollout',
  'PATCH /api/v1/admin/workflows/{id}/rollout',
  'POST /api/v1/admin/workflows/{id}/rollback',
  'GET /api/v1/admin/workflows/{id}/versions',
  'POST /api/v1/admin/workflows/{id}/versions',
  'POST /api/v1/admin/workflows/{id}/test',
  'POST /api/v1/admin/workflows/{id}/replay',
  'GET /api/v1/admin/workflows/{id}/shadow',
  'POST /api/v1/admin/workflows/validate',
  'GET /api/v1/data/traces',
  'GET /api/v1/data/traces/{id}',
  'POST /api/v1/data/{channel}',
  'GET /health',
  'GET /healthz',
  'GET /readyz',
] as const

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info.title).toContain('Orion')
    expect(document.info.version).toBe('0.0.0-test')
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect({ valid, errors }).toMatchObject({ valid: true })
  })

  test('has every operation of this version, and no other', () => {
    const found = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(found.sort()).toEqual([...OPERATIONS].sort())
  })

  test('names every operation once and declares every parameter of a path', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.values(item).map(operation => ({ path, ...operation })),
    )
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, parameters } of operations) {
      const names = parameters.filter(parameter => parameter.in === 'path').map(parameter => parameter.name)
      expect(names).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))
    }
  })

  test('has examples that make a service', async () => {
    const example = (method: string, path: string): Json => {
      const { schema } = Object(document.paths[path]?.[method]?.requestBody).content['application/json']
      const name = String(schema.$ref ?? '').replace('#/components/schemas/', '')
      return Object(document.components.schemas[name] ?? schema).examples[0]
    }
    const { client } = app
    for (const kind of ['workflows', 'channels', 'connectors']) {
      const created = await client.admin('POST', kind, example('post', `/api/v1/admin/${kind}`))
      expect({ kind, status: created.status }).toEqual({ kind, status: 201 })
    }
    for (const kind of ['workflows', 'channels']) {
      const change = example('patch', `/api/v1/admin/${kind}/{id}/status`)
      expect((await client.admin('PATCH', `${kind}/orders/status`, change)).status).toBe(200)
    }
    const body = example('post', '/api/v1/data/{channel}')
    const answer = await client.request('POST', '/api/v1/data/orders', { body })
    expect(answer.at('data.order')).toEqual({ order_id: 'ORD-9182', total: 25_000, flagged: true })
  })

  test('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
    expect(references.length).toBeGreaterThan(50)
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '')
  })

  test('asks for a key where one is asked for', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const { security } of Object.values(item)) {
        expect(security).toEqual(path.startsWith('/api/v1/admin') ? [{ admin_key: [] }] : [])
      }
    }
  })

  test('names the header of the key as it is configured', async () => {
    await using other = await openApp({
      env: {
        ORION_ADMIN_AUTH__ENABLED: 'true',
        ORION_ADMIN_AUTH__API_KEY: 'k',
        ORION_ADMIN_AUTH__HEADER: 'X-Admin-Key',
      },
    })
    const { body } = await other.client.request('GET', '/api/v1/openapi.json')
    expect(body).toMatchObject({
      components: { securitySchemes: { admin_key: { type: 'apiKey', in: 'header', name: 'X-Admin-Key' } } },
    })
  })

  test('is reached without a key', async () => {
    await using other = await openApp({
      env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'k' },
    })
    expect((await other.client.request('GET', '/api/v1/openapi.json')).status).toBe(200)
    expect((await other.client.request('GET', '/docs/')).status).toBe(200)
  })
})

const BODIES: Readonly<Record<string, Json>> = {
  'POST /api/v1/admin/apply': { definitions: [echoWorkflow('made')] },
  'POST /api/v1/admin/workflows': echoWorkflow('made'),
  'POST /api/v1/admin/workflows/import': [echoWorkflow('made'), echoWorkflow('too')],
  'PUT /api/v1/admin/workflows/{id}': { description: 'x' },
  'PATCH /api/v1/admin/workflows/{id}/status': { status: 'active' },
  'PATCH /api/v1/admin/workflows/{id}/rollout': { rollout_percentage: 100 },
  'POST /api/v1/admin/workflows/{id}/rollback': { version: 1 },
  'POST /api/v1/admin/workflows/{id}/test': { data: {}, explain: true },
  'POST /api/v1/admin/workflows/{id}/replay': { version: 1, filter: {} },
  'POST /api/v1/admin/workflows/validate': echoWorkflow('made'),
  'POST /api/v1/admin/expressions/evaluate': { expression: { '>': [{ var: 'a' }, 1] }, explain: true },
  'POST /api/v1/admin/channels': channel('made'),
  'POST /api/v1/admin/channels/import': { data: [channel('made')] },
  'POST /api/v1/admin/channels/validate': channel('made'),
  'PUT /api/v1/admin/channels/{id}': { description: 'x' },
  'PATCH /api/v1/admin/channels/{id}/status': { status: 'active' },
  'POST /api/v1/admin/connectors': { name: 'made', connector_type: 'cache', config: { backend: 'memory' } },
  'POST /api/v1/admin/connectors/validate': { name: 'made', connector_type: 'cache' },
  'POST /api/v1/admin/connectors/import': [],
  'PUT /api/v1/admin/connectors/{id}': { enabled: true },
  'PUT /api/v1/admin/secrets/{name}': { value: 'v' },
  'POST /api/v1/data/{channel}': { data: {} },
}

/** Something to answer about under the id `here`: a draft of each kind, and a trace. */
async function openWithContent(operation: string) {
  const opened = await openApp({
    env: { ORION_ENGINE__CIRCUIT_BREAKER__ENABLED: 'true', ORION_SECRETS__KEY: 'ab'.repeat(32) },
  })
  const { client } = opened
  await client.admin('POST', 'connectors', {
    id: 'here',
    name: 'here',
    connector_type: 'cache',
    config: { backend: 'memory' },
  })
  const read = task('cache_read', { connector: 'here', key: 'k', output: 'data.kept' })
  await client.declare(workflow('here', [read]), channel('here'))
  const trace = await client.post('here', {})
  if (operation.endsWith('/rollback')) await client.setStatus('workflows', 'here', 'archived')
  await client.admin('PUT', 'secrets/here', { value: 'v' })
  if (!operation.startsWith('POST')) {
    for (const kind of ['workflows', 'channels']) await client.admin('POST', `${kind}/here/versions`)
  }
  if (operation.includes('/traces/')) return { app: opened, id: String(trace.at('id')) }
  if (operation.endsWith('/shadow')) await client.admin('PATCH', 'workflows/here/status', { shadow: true })
  return { app: opened, id: operation.includes('/circuit-breakers/') ? 'here:here' : 'here' }
}

describe('each operation answers as the document says', () => {
  test.each(OPERATIONS)('%s', async operation => {
    const { app: opened, id } = await openWithContent(operation)
    await using _ = opened
    const [method = '', path = ''] = operation.split(' ')
    const body = BODIES[operation]
    const answer = await opened.client.request(
      method,
      path.replace(/\{\w+\}/, id),
      body === undefined ? {} : { body },
    )

    const described = document.paths[path]?.[method.toLowerCase()]?.responses ?? {}
    const [success] = Object.keys(described).filter(status => status.startsWith('2'))
    expect(String(answer.status)).toBe(success ?? 'a success')
    const schema = Object(described[String(answer.status)]).content?.['application/json']?.schema
    if (answer.status !== 204) expectFits(answer.body, schema, operation)
  })
})

/** A check of what our documents use: types, required and known properties, items, enum, $ref and unions. */
function expectFits(value: Json, schema: Json, where: string): void {
  const problem = misfit(value, schema, where)
  if (problem !== undefined) throw new Error(problem)
}

function misfit(value: Json, given: Json, where: string): string | undefined {
  const schema = resolved(Object(given))
  const members = schema.anyOf
  if (Array.isArray(members)) {
    return members.some(member => misfit(value, member, where) === undefined)
      ? undefined
      : `${where} fits no member`
  }
  if (Array.isArray(schema.enum) && !schema.enum.includes(value))
    return `${where} is ${value}, none of ${schema.enum}`
  if (schema.const !== undefined && schema.const !== value) return `${where} is not ${schema.const}`
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  if (
    schema.type !== undefined &&
    schema.type !== type &&
    !(schema.type === 'integer' && Number.isInteger(value))
  ) {
    return `${where} is ${type}, not ${schema.type}`
  }
  if (Array.isArray(value))
    return first(value.map((item, at) => misfit(item, schema.items ?? {}, `${where}[${at}]`)))
  if (type !== 'object' || schema.properties === undefined) return undefined
  const properties: JsonObject = Object(schema.properties)
  const missing = (Array.isArray(schema.required) ? schema.required : []).filter(
    name => !Object.hasOwn(Object(value), String(name)),
  )
  if (missing.length > 0) return `${where} lacks ${missing}`
  return first(
    Object.entries(Object(value)).map(([name, member]) => {
      const known = properties[name]
      if (known === undefined)
        return schema.additionalProperties === true ? undefined : `${where}.${name} is not described`
      return misfit(toJson(member), known, `${where}.${name}`)
    }),
  )
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value))
}

function resolved(schema: JsonObject): JsonObject {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
  return name === undefined ? schema : Object(document.components.schemas[name])
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find(problem => problem !== undefined)
}
