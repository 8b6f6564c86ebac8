import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { testServer } from './test-server.ts'

type Operation = {
  operationId: string
  tags: string[]
  security: object[]
  responses: Record<
    string,
    { description: string; content?: { 'application/json': { schema: { $ref?: string } } } }
  >
  parameters: { name: string; in: string }[]
}
interface Document {
  openapi: string
  info: { title: string; license: { name: string } }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> }
}

async function documentOf(header = 'Authorization'): Promise<Document> {
  const { ask } = testServer({ adminAccess: { keys: ['key-one-111'], header, allowOpen: false } })
  const response = await ask('GET', '/api/v1/openapi.json')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  return JSON.parse(await response.text())
}

const document = await documentOf()
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate({ ...document })
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
  expect(document.openapi).toBe('3.1.0')
  expect(document.info.title).toBe('Orion — Declarative Services Runtime API')
  expect(document.info.license.name).toBe('Apache-2.0')
})

test('every operation of this version is in it', () => {
  expect(
    Object.fromEntries(
      Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item).sort()]),
    ),
  ).toEqual({
    '/api/v1/admin/workflows': ['get', 'post'],
    '/api/v1/admin/workflows/export': ['get'],
    '/api/v1/admin/workflows/import': ['post'],
    '/api/v1/admin/workflows/validate': ['post'],
    '/api/v1/admin/workflows/{id}': ['delete', 'get', 'put'],
    '/api/v1/admin/workflows/{id}/status': ['patch'],
    '/api/v1/admin/workflows/{id}/rollout': ['get', 'patch'],
    '/api/v1/admin/workflows/{id}/rollback': ['post'],
    '/api/v1/admin/workflows/{id}/versions': ['get', 'post'],
    '/api/v1/admin/workflows/{id}/dependencies': ['get'],
    '/api/v1/admin/workflows/{id}/diff': ['get'],
    '/api/v1/admin/workflows/{id}/effects': ['get'],
    '/api/v1/admin/channels': ['get', 'post'],
    '/api/v1/admin/channels/export': ['get'],
    '/api/v1/admin/channels/import': ['post'],
    '/api/v1/admin/channels/validate': ['post'],
    '/api/v1/admin/channels/{id}': ['delete', 'get', 'put'],
    '/api/v1/admin/channels/{id}/status': ['patch'],
    '/api/v1/admin/channels/{id}/versions': ['get', 'post'],
    '/api/v1/admin/connectors': ['get', 'post'],
    '/api/v1/admin/connectors/circuit-breakers': ['get'],
    '/api/v1/admin/connectors/reload': ['post'],
    '/api/v1/admin/connectors/{id}/test': ['post'],
    '/api/v1/admin/connectors/circuit-breakers/{key}': ['post'],
    '/api/v1/admin/connectors/validate': ['post'],
    '/api/v1/admin/connectors/{id}/dependents': ['get'],
    '/api/v1/admin/connectors/export': ['get'],
    '/api/v1/admin/connectors/import': ['post'],
    '/api/v1/admin/connectors/{id}': ['delete', 'get', 'put'],
    '/api/v1/admin/secrets': ['get'],
    '/api/v1/admin/secrets/{name}': ['delete', 'put'],
    '/api/v1/admin/engine/status': ['get'],
    '/api/v1/admin/engine/reload': ['post'],
    '/api/v1/admin/cache/namespaces/{ns}/invalidate': ['post'],
    '/api/v1/admin/workflows/{id}/test': ['post'],
    '/api/v1/admin/workflows/{id}/replay': ['post'],
    '/api/v1/admin/workflows/{id}/shadow': ['get'],
    '/api/v1/admin/expressions/evaluate': ['post'],
    '/api/v1/admin/operators': ['get'],
    '/api/v1/admin/functions': ['get'],
    '/api/v1/admin/apply': ['post'],
    '/api/v1/admin/definitions': ['get'],
    '/api/v1/admin/audit-logs': ['get'],
    '/api/v1/data/traces': ['get'],
    '/api/v1/data/traces/{id}': ['get'],
    '/api/v1/data/{channel}': ['post'],
    '/health': ['get'],
    '/healthz': ['get'],
    '/readyz': ['get'],
  })
})

test('operation ids are unique and every tag is described', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = new Set(document.tags.map(({ name }) => name))
  expect(operations.flatMap(({ operation }) => operation.tags).filter(tag => !tags.has(tag))).toEqual([])
})

test('every error answer is the envelope, every parameter of a path is declared', () => {
  for (const { path, operation } of operations) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) < 400 || ['/health', '/readyz'].includes(path)) continue
      expect(content?.['application/json'].schema.$ref).toBe('#/components/schemas/Error')
    }
    const declared = operation.parameters
      .filter(parameter => parameter.in === 'path')
      .map(({ name }) => `{${name}}`)
    expect([...(path.match(/\{\w+\}/g) ?? [])]).toEqual(declared)
  }
})

test('every reference leads somewhere', () => {
  const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
    ([, name]) => name ?? '',
  )
  expect(names.length).toBeGreaterThan(50)
  expect(names.filter(name => !(name in document.components.schemas))).toEqual([])
})

describe('the admin key', () => {
  test('is asked for by the admin operations, and by no other', () => {
    for (const { path, operation } of operations) {
      const expected = path.startsWith('/api/v1/admin') ? [{ admin_key: [] }] : []
      expect([path, operation.security]).toEqual([path, expected])
    }
  })

  test('is a bearer token, or a header of its own when so configured', async () => {
    expect(document.components.securitySchemes.admin_key).toMatchObject({ type: 'http', scheme: 'bearer' })
    expect((await documentOf('X-Admin-Key')).components.securitySchemes.admin_key).toMatchObject({
      type: 'apiKey',
      in: 'header',
      name: 'X-Admin-Key',
    })
  })
})
