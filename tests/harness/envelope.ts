import { expect } from 'bun:test'
import type { Json } from '../../src/std/json.ts'
import type { Answer } from './client.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What every answer of the server carries, whatever it is (contract 1.4 and 1.5). */
export function expectHouseHeaders({ headers }: Answer, requestId?: string): void {
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'x-request-id': requestId ?? expect.stringMatching(UUID_V7),
  })
}

/** The one shape of errors, with nothing beside it. */
export function expectEnvelope(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.at('error.code'), text: answer.text }).toEqual({
    status,
    code,
    text: answer.text,
  })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expectHouseHeaders(answer, String(answer.at('error.request_id')))
  expect(Object.keys(Object(answer.body))).toEqual(['error'])
  const keys = [
    'code',
    'message',
    'request_id',
    ...(answer.at('error.details') === undefined ? [] : ['details']),
  ]
  expect(Object.keys(Object(answer.at('error')))).toEqual(keys)
  expect(String(answer.at('error.message'))).not.toBe('')
}

/** The problems that an answer lists, as `{path: code}`. */
export function problemsOf(answer: Answer): Record<string, Json> {
  const details = answer.at('error.details')
  if (!Array.isArray(details)) return {}
  return Object.fromEntries(details.map(detail => [String(Object(detail).path), Object(detail).code]))
}
