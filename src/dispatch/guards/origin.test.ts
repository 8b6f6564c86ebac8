import { expect, test } from 'bun:test'
import { testArrival } from '../test-arrival.ts'
import { openOrigin } from './origin.ts'

const asked = (origin?: string) => testArrival({ headers: origin === undefined ? {} : { origin } })
const guard = openOrigin(['https://app.example.com', 'null'], 'orders')

test.each(['https://app.example.com', 'https://APP.example.com', 'null'])('%s is let in', origin => {
  expect(() => guard?.check(asked(origin))).not.toThrow()
})

test.each(['https://app.example.com:8443', 'http://app.example.com', 'https://evil.example', ''])(
  '%p is not, and told so',
  origin => {
    expect(() => guard?.check(asked(origin))).toThrow(
      `Origin '${origin}' is not allowed for channel 'orders'`,
    )
  },
)

test('a request that names no origin comes from no page', () => {
  expect(() => guard?.check(asked())).not.toThrow()
  expect(() => openOrigin([], 'orders')?.check(asked())).not.toThrow()
})

test('an empty list refuses every page, "*" none', () => {
  expect(() => openOrigin([], 'orders')?.check(asked('https://a.example'))).toThrow()
  expect(openOrigin(['*'], 'orders')).toBeUndefined()
})
