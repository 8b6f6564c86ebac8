import { type Static, Type } from '@sinclair/typebox'
import { HTTP_METHODS, type HttpMethod } from '../../connector/kinds/http/client.ts'
import { isForbiddenHeader } from '../../connector/kinds/http/forbidden-headers.ts'
import type { Detail } from '../../errors.ts'
import { Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import { isObject, type Json, own } from '../../std/json.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'
import type { CompileContext, RetrySafety, RunContext } from '../functions-api.ts'
import { compileHeaders, compileQuery } from '../http-request/named-values.ts'
import { BODY_FORMATS, writeBody } from '../http-request/request-body.ts'
import { compilePath, pathProblem } from '../http-request/request-path.ts'
import { outputTouches } from '../touches.ts'

const OK = 200
const TIMEOUT_MS = 30_000
const MAX_TIMEOUT_MS = 3_600_000

const Choice = <const Name extends string>(names: readonly Name[], description: string) =>
  Type.Optional(
    Type.Unsafe<Name>(
      Type.Union(
        names.map(name => Type.Literal(name)),
        { description },
      ),
    ),
  )

const Input = Type.Object(
  {
    connector: Type.String({ minLength: 1, description: 'Name of an http connector' }),
    method: Type.Optional(Logic(`One of ${HTTP_METHODS.join(', ')}; GET when left out`, 'plain')),
    path: Type.Optional(
      Logic('Path below the base URL; what is computed in a `cat` is encoded as one segment', 'plain'),
    ),
    path_logic: Type.Optional(Logic('The same; wins over `path`', 'plain')),
    query: Type.Optional(
      Type.Record(Type.String(), Logic('Its value; a list comes several times, null takes it away'), {
        description: 'Parameters; each takes the place of what the base URL and the path have under its name',
      }),
    ),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
        Logic('Its value; null takes it away'),
        {
          additionalProperties: false,
          description: 'Headers; each takes the place of what the connector sends under its name',
        },
      ),
    ),
    body: Type.Optional(Logic('What is sent; a null that is written here is no body')),
    body_logic: Type.Optional(Logic('The same; wins over `body`')),
    body_format: Choice(
      BODY_FORMATS,
      'How the body is written: json (default), form, text, or bytes from base64',
    ),
    response: Choice(
      ['body', 'full'],
      'What comes of it: the body (default), or full: an object of status, headers and body',
    ),
    response_format: Choice(
      ['auto', 'json', 'text', 'base64'],
      'How the body is read; auto (default) is by its content type, an empty one is null',
    ),
    response_path: Type.Optional(
      Type.String({ minLength: 1, description: 'Path of the result; without it nobody looks at the answer' }),
    ),
    output: Type.Optional(Type.String({ minLength: 1, description: 'The same as response_path' })),
    timeout_ms: Type.Optional(
      Logic(`Milliseconds for each try, ${TIMEOUT_MS} when left out; never beyond the run`, 'plain'),
    ),
    max_retries: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'Instead of what the connector says' }),
    ),
    retry_non_idempotent: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether a POST or PATCH may be repeated, too' }),
    ),
  },
  { additionalProperties: false },
)
type Input = Static<typeof Input>

export const httpCall = defineFunction({
  name: 'http_call',
  category: 'connector',
  summary: 'Sends an HTTP request over a connector and takes its answer.',
  input: Input,
  example: {
    input: {
      connector: 'crm',
      path: { cat: ['/customers/', { var: 'data.id' }] },
      response_path: 'data.customer',
    },
    data: { id: 7 },
    answer: { name: 'Ann' },
    result: { id: 7, customer: { name: 'Ann' } },
  },
  retrySafety: 'unsafe_write',
  retrySafetyOf: input => safetyOf(isObject(input) ? own(input, 'method') : undefined),
  touches: outputTouches,
  problems: inputProblems,
  compile: compileCall,
})

function compileCall(input: Input, context: CompileContext) {
  const { connector, response = 'body', retry_non_idempotent = false, max_retries: maxRetries } = input
  const output = input.output ?? input.response_path
  const write = output === undefined ? undefined : compileOutput(output, context)
  const readAs = output === undefined ? undefined : (input.response_format ?? 'auto')
  const method = context.logic(input.method ?? 'GET', 'plain')
  const timeout = context.logic(input.timeout_ms ?? TIMEOUT_MS, 'plain')
  const path = compilePath(input.path_logic ?? input.path, context)
  const query = compileQuery(input.query, context)
  const headers = compileHeaders(input.headers, context)
  const body = compileBody(input, context)
  return async (run: RunContext) => {
    const named = methodOf(method.evaluate(run.message.context, run.budget))
    const written = body?.(run)
    const call = {
      method: named,
      path: path(run),
      query: query(run),
      headers: headers(run),
      body: written?.sent,
      contentType: written?.contentType,
      timeoutMs: millisecondsOf(timeout.evaluate(run.message.context, run.budget)),
      readAs,
    }
    const isRepeatable = retry_non_idempotent || safetyOf(named) !== 'unsafe_write'
    const asked = { operation: named, isRepeatable, maxRetries }
    const reply = await callOver(run, connector, 'http', asked, (far, signal) => far.send(call, signal))
    write?.(run, response === 'full' ? { ...reply, headers: reply.headers() } : reply.body)
    return OK
  }
}

/** A null that is written is no body, one that is computed is. */
function compileBody({ body, body_logic, body_format = 'json' }: Input, context: CompileContext) {
  const rule = body_logic ?? body
  if (rule === undefined || rule === null) return undefined
  const expression = context.logic(rule)
  return (run: RunContext) => writeBody(expression.evaluate(run.message.context, run.budget), body_format)
}

/** A method that is computed may be any. */
function safetyOf(method: Json | undefined): RetrySafety {
  if (method === undefined || method === 'GET' || method === 'HEAD') return 'read'
  return method === 'PUT' || method === 'DELETE' ? 'idempotent_write' : 'unsafe_write'
}

function isMethod(value: Json): value is HttpMethod {
  return HTTP_METHODS.some(method => method === value)
}

function methodOf(value: Json): HttpMethod {
  if (isMethod(value)) return value
  const got = excerpt(JSON.stringify(value))
  throw new EngineError(
    'Validation',
    `HttpCall: 'method' must be one of ${HTTP_METHODS.join(', ')}, got ${got}`,
  )
}

function isTimeout(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_TIMEOUT_MS
}

function millisecondsOf(value: Json): number {
  if (value === null) return TIMEOUT_MS
  if (isTimeout(value)) return value
  const got = excerpt(JSON.stringify(value))
  throw new EngineError(
    'Validation',
    `HttpCall: 'timeout_ms' must be a whole number from 1 to ${MAX_TIMEOUT_MS}, got ${got}`,
  )
}

function inputProblems({
  method,
  path,
  path_logic,
  headers,
  timeout_ms,
  output,
  response_path,
}: Input): Detail[] {
  return [
    ...(method === undefined || isObject(method) || isMethod(method) ? [] : [wrong('method', method)]),
    ...(timeout_ms === undefined || isObject(timeout_ms) || timeout_ms === null || isTimeout(timeout_ms)
      ? []
      : [wrong('timeout_ms', timeout_ms)]),
    ...pathProblems('path', path),
    ...pathProblems('path_logic', path_logic),
    ...Object.keys(headers ?? {})
      .filter(isForbiddenHeader)
      .map((name): Detail => {
        const message = `the header "${name}" is set by Orion`
        return {
          path: `headers.${name}`,
          code: 'INVALID_FORMAT',
          message,
          expected: 'another header, or none',
        }
      }),
    ...(output === undefined || response_path === undefined ? [] : [TWO_OUTPUTS]),
  ]
}

const TWO_OUTPUTS: Detail = {
  path: 'output',
  code: 'INVALID_FORMAT',
  message: "'output' and 'response_path' are the same",
  expected: 'one of them',
}

function wrong(field: 'method' | 'timeout_ms', value: Json): Detail {
  const expected =
    field === 'method' ? `one of ${HTTP_METHODS.join(', ')}` : `a whole number from 1 to ${MAX_TIMEOUT_MS}`
  const got = excerpt(JSON.stringify(value))
  const message = `'${field}' must be ${expected}`
  return { path: field, code: field === 'method' ? 'INVALID_ENUM' : 'OUT_OF_RANGE', message, expected, got }
}

function pathProblems(field: string, path: Json | undefined): Detail[] {
  if (path === undefined || path === null || isObject(path)) return []
  const message = typeof path === 'string' ? pathProblem(path) : 'must be a text'
  return message === undefined
    ? []
    : [{ path: field, code: 'INVALID_FORMAT', message, expected: 'a path such as /orders' }]
}
