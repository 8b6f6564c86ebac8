import { expect, test } from 'bun:test'
import { errorBodies } from '../channel/response/error-bodies.ts'
import { OrionError } from '../errors.ts'
import { errorAnswer } from './answer.ts'

const id = '019b7cdd-6a6e-7000-8000-000000000000'
const late = new OrionError('TIMEOUT', 'too late', { headers: { 'retry-after': '1' } })

test('an error is told in the words of its channel, and keeps its status and headers', () => {
  const bodies = errorBodies({
    error_bodies: { 504: { body: '{channel} {request_id} {timestamp}', content_type: 'text/plain' } },
  })
  expect(
    errorAnswer(late, { channel: { name: 'orders', errorBodies: bodies }, id, requestId: 'r-1' }),
  ).toEqual({
    status: 504,
    body: `orders r-1 ${new Date(0x019b7cdd6a6e).toISOString()}`,
    contentType: 'text/plain',
    headers: [['retry-after', '1']],
    workflowVersion: null,
  })
})

test('told again, it is the same bytes: what is kept for a replay is what the first caller got', () => {
  const bodies = errorBodies({ error_bodies: { default: { body: { at: '{timestamp}', m: '{message}' } } } })
  const channel = { name: 'orders', errorBodies: bodies }
  const first = errorAnswer(late, { channel, id, requestId: 'r-1' })
  expect(errorAnswer(late, { channel, id, requestId: 'r-1' })).toEqual(first)
})

test('without words of its own it is the usual envelope', () => {
  const bodies = errorBodies({ error_bodies: { 500: { body: '{}' } } })
  for (const own of [undefined, bodies]) {
    const { body, contentType } = errorAnswer(late, {
      channel: { name: 'w', errorBodies: own },
      id,
      requestId: 'r',
    })
    expect(contentType).toBeUndefined()
    expect(JSON.parse(body)).toEqual({ error: { code: 'TIMEOUT', message: 'too late', request_id: 'r' } })
  }
})
