import { type TSchema, Type } from '@sinclair/typebox'
import { Channel, CreateChannel, UpdateChannel } from '../channel/definition.ts'
import { ConnectorView, CreateConnector, UpdateConnector } from '../connector/definition.ts'
import { ERRORS, type ErrorCode } from '../errors.ts'
import { CreateWorkflow, UpdateWorkflow, Workflow } from '../workflow/definition.ts'
import { ExplanationSchema } from './explanation-schema.ts'
import type { DescribedRoute } from './route.ts'
import { AuditEntry } from './routes/audit-logs.ts'
import { TraceRow } from './routes/traces.ts'
import { ImportReport } from './routes/transfer.ts'
import { Validation } from './routes/validate.ts'

const ErrorEnvelope = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ enum: Object.keys(ERRORS) }),
      message: Type.String(),
      request_id: Type.String({ description: 'The `x-request-id` of the answer' }),
      details: Type.Optional(
        Type.Array(
          Type.Object({
            path: Type.String({ description: 'Dotted, from the root of the body' }),
            code: Type.String(),
            message: Type.String(),
            expected: Type.Optional(Type.String()),
            got: Type.Optional(Type.Unknown()),
            suggestion: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  },
  { description: 'Every answer that is an error' },
)

/** Schemas that the document names once and refers to. */
const NAMED: Readonly<Record<string, TSchema>> = {
  Workflow,
  CreateWorkflow,
  UpdateWorkflow,
  Validation,
  Channel,
  CreateChannel,
  UpdateChannel,
  Connector: ConnectorView,
  CreateConnector,
  UpdateConnector,
  ImportReport,
  AuditEntry,
  Trace: TraceRow,
  Explanation: ExplanationSchema,
  Error: ErrorEnvelope,
}
const nameOf = new Map<unknown, string>(Object.entries(NAMED).map(([name, schema]) => [schema, name]))

const TAGS: readonly { name: string; description: string }[] = [
  { name: 'Workflows', description: 'What is done with a message' },
  { name: 'Channels', description: 'Where messages come in' },
  { name: 'Connectors', description: 'Systems that tasks talk to' },
  { name: 'Definitions', description: 'All of them at once, as files have them' },
  { name: 'Secrets', description: 'What connectors and channels name instead of holding it' },
  { name: 'Authoring', description: 'Help for authors: operators, functions, expressions to try' },
  { name: 'Engine', description: 'What is live' },
  { name: 'Audit', description: 'Who changed what' },
  { name: 'Data', description: 'Traffic and its traces' },
  { name: 'Operational', description: 'Health' },
]

interface DocumentOptions {
  readonly routes: readonly DescribedRoute[]
  readonly version: string
  /** Header that carries the admin key. */
  readonly keyHeader: string
}

/** The OpenAPI 3.1 document of the routes, as JSON text. */
export function openApiDocument({ routes, version, keyHeader }: DocumentOptions): string {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    if (route.hidden) continue
    const item = paths[route.path] ?? {}
    item[route.method.toLowerCase()] = operation(route)
    paths[route.path] = item
  }
  return JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'Orion — Declarative Services Runtime API',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: TAGS,
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(NAMED).map(([name, schema]) => [name, inner(schema)])),
      securitySchemes: { admin_key: securityScheme(keyHeader) },
    },
  })
}

function operation(route: DescribedRoute) {
  const { operationId, tag, summary, description, body } = route
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    parameters: [...pathParameters(route.path), ...queryParameters(route)],
    requestBody: body && { required: true, content: jsonContent(body) },
    responses: { ...answers(route), ...errorResponses(route.errors) },
    security: route.path.startsWith('/api/v1/admin') ? [{ admin_key: [] }] : [],
  }
}

function pathParameters(path: string) {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: DescribedRoute) {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    description: schema.description,
    schema: reference(schema),
  }))
}

function answers(route: DescribedRoute) {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema }]) => [
      status,
      { description, content: schema && jsonContent(schema) },
    ]),
  )
}

/** Codes that share a status share a response. */
function errorResponses(codes: readonly ErrorCode[]) {
  const responses: Record<string, { description: string; content: unknown }> = {}
  for (const code of codes) {
    const { status, meaning } = ERRORS[code]
    const before = responses[status]?.description
    const description = `${before ? `${before}\n\n` : ''}\`${code}\`: ${meaning}`
    responses[status] = { description, content: jsonContent(ErrorEnvelope) }
  }
  return responses
}

function securityScheme(keyHeader: string) {
  const description =
    'A key of `admin_auth.api_keys`; when none is set, callers on the same machine need none'
  return keyHeader.toLowerCase() === 'authorization'
    ? { type: 'http', scheme: 'bearer', description }
    : { type: 'apiKey', in: 'header', name: keyHeader, description }
}

function jsonContent(schema: TSchema) {
  return { 'application/json': { schema: reference(schema) } }
}

/** A named schema as `$ref`, wherever it stands. */
function reference(value: unknown): unknown {
  const name = nameOf.get(value)
  return name === undefined ? inner(value) : { $ref: `#/components/schemas/${name}` }
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reference)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, reference(part)]))
}
