import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../../errors.ts'
import { excerpt } from '../../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import { CASE_NOW, Case, ExpectedErrorFields } from './definition.ts'
import { expectedPathProblem } from './expected-path.ts'
import { type ReadStubs, readStubs } from './stubs.ts'

/** Functions whose calls a case answers and counts. */
export interface StubbedNames {
  has(name: string): boolean
  readonly names: readonly string[]
}

export interface WrittenCase {
  readonly case: Case
  /** Its own. */
  readonly stubs: ReadStubs['byKey']
}

/** A case without problems, or every problem of it. */
export function readCase(document: Json, stubbed: StubbedNames): WrittenCase | { problems: Detail[] } {
  if (!isObject(document)) return { problems: schemaProblems(Case, document) }
  const stubs = readStubs(objectAt(document, 'stubs'), name => stubbed.has(name))
  const problems = [
    ...shapeProblems(document),
    ...ruleProblems(document, stubbed),
    ...stubs.problems.map(problem => ({ ...problem, path: innerPath('stubs', problem.path) })),
  ]
  if (problems.length > 0 || !Value.Check(Case, document)) return { problems }
  return { case: document, stubs: stubs.byKey }
}

/** What an error must have is told field by field, where the schema knows one shape or the other. */
function shapeProblems(document: JsonObject): Detail[] {
  const errors = own(document, 'expect_errors')
  const fields = Array.isArray(errors)
    ? errors.map((error, at) => ({ error, path: `expect_errors[${at}]` }))
    : []
  const objects = fields.filter(({ error }) => isObject(error))
  return [
    ...schemaProblems(Case, document).filter(problem => !objects.some(({ path }) => path === problem.path)),
    ...objects.flatMap(({ error, path }) => schemaProblems(ExpectedErrorFields, error, path)),
  ]
}

function ruleProblems(document: JsonObject, stubbed: StubbedNames): Detail[] {
  const listed = own(document, 'forbid_calls')
  const forbidden = Array.isArray(listed) ? listed : []
  return [
    ...Object.keys(objectAt(document, 'expect')).flatMap(
      path => expectedPathProblem(path, innerPath('expect', path)) ?? [],
    ),
    ...Object.keys(objectAt(document, 'expect_calls')).flatMap(
      name => callProblem(name, innerPath('expect_calls', name), stubbed) ?? [],
    ),
    ...forbidden.flatMap((name, at) =>
      typeof name === 'string' ? (callProblem(name, `forbid_calls[${at}]`, stubbed) ?? []) : [],
    ),
    ...nowProblems(own(document, 'now')),
    ...secretsProblems(objectAt(document, 'secrets')),
    ...headerProblems(objectAt(objectAt(document, 'metadata'), 'headers')),
  ]
}

/** Calls of a function that is not stubbed are not counted, so that one forbidden would never be seen. */
function callProblem(name: string, path: string, { has, names }: StubbedNames): Detail | undefined {
  if (name === '' || has(name)) return undefined
  const { hint, field } = didYouMean(name, names)
  return {
    path,
    code: 'UNKNOWN_FUNCTION',
    message: `"${excerpt(name)}" is no function whose calls are stubbed and counted${hint}`,
    expected: `one of ${names.join(', ')}`,
    got: excerpt(name),
    ...field,
  }
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key)
  return isObject(value) ? value : {}
}

/** A day that the calendar does not have. */
function nowProblems(now: Json | undefined): Detail[] {
  if (typeof now !== 'string' || !Value.Check(Case.properties.now, now)) return []
  const day = now.slice(0, 10)
  if (!Number.isNaN(Date.parse(now)) && new Date(day).toISOString().startsWith(day)) return []
  const expected = `a time such as ${CASE_NOW}`
  return [{ path: 'now', code: 'INVALID_FORMAT', message: `must be ${expected}`, expected, got: now }]
}

function secretsProblems(secrets: JsonObject): Detail[] {
  return Object.keys(secrets).map(name => ({
    path: innerPath('secrets', name),
    code: 'NOT_AVAILABLE',
    message: 'This version has no operator that reads secrets, so a case cannot set one',
    expected: 'no secrets',
  }))
}

/** Names are compared in lower case, as they reach a workflow. */
function headerProblems(headers: JsonObject): Detail[] {
  const seen = new Map<string, string>()
  return Object.keys(headers).flatMap(name => {
    const other = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), name)
    if (other === undefined) return []
    const message = `"${name}" and "${other}" are the same header`
    return [
      { path: innerPath('metadata.headers', name), code: 'DUPLICATE', message, expected: 'one of them' },
    ]
  })
}
