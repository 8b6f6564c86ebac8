import { expect, test } from 'bun:test'
import { hasEffect, retrySafetyOf } from '../retry-safety.ts'
import { httpCall } from './http-call.ts'

test('a call is as safe to repeat as its method; one that is computed may be any', () => {
  const methods = [undefined, 'GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH', { var: 'data.m' }]
  const safeties = methods.map(method => retrySafetyOf(httpCall, method === undefined ? {} : { method }))
  expect(safeties).toEqual([
    'read',
    'read',
    'read',
    'idempotent_write',
    'idempotent_write',
    'unsafe_write',
    'unsafe_write',
    'unsafe_write',
  ])
  expect(safeties.map(hasEffect)).toEqual([false, false, false, true, true, true, true, true])
})
