import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../../errors.ts'
import { isObject, type Json, own } from '../../std/json.ts'
import { ErrorBody, type ResponseConfig } from './definition.ts'
import { type ErrorTemplate, errorTemplate, isTemplate } from './error-template.ts'

/** The own body of an error by its status; undefined is the usual one. */
export type ErrorBodies = (status: number) => ErrorTemplate | undefined

const FALLBACK = 'default'
const STATUS = /^[45]\d\d$/
/** There are no more keys to a status than these. */
const MAX_BODIES = 201

/** Undefined when a channel has none. What is no template, which `errorBodyProblems` tells, is left out. */
export function errorBodies({ error_bodies }: ResponseConfig): ErrorBodies | undefined {
  if (error_bodies === undefined) return undefined
  const templates = new Map<string, ErrorTemplate>()
  for (const [key, body] of Object.entries(error_bodies)) {
    const template = errorTemplate(body)
    if (isTemplate(template)) templates.set(key, template)
  }
  return templates.size === 0 ? undefined : status => templates.get(String(status)) ?? templates.get(FALLBACK)
}

/** What the schema cannot say of `response.error_bodies`; paths begin with `path`. */
export function errorBodyProblems(path: string, bodies: Json | undefined): Detail[] {
  if (!isObject(bodies)) return []
  const keys = Object.keys(bodies)
  return keys.slice(0, MAX_BODIES).flatMap((key): Detail[] => {
    if (key !== FALLBACK && !STATUS.test(key)) return [strangeStatus(`${path}.${key}`, key)]
    const body = own(bodies, key)
    if (!Value.Check(ErrorBody, body)) return []
    const template = errorTemplate(body)
    return isTemplate(template) ? [] : [{ path: `${path}.${key}.body`, ...template }]
  })
}

function strangeStatus(path: string, key: string): Detail {
  return {
    path,
    code: 'UNKNOWN_KEY',
    message: `"${key}" is not the status of an error`,
    expected: 'a status from 400 to 599, or default',
  }
}
