import { describe, expect, test } from 'bun:test'
import { CorsPolicy, type CorsRules } from './policy.ts'
import { OPEN_CORS } from './test-cors.ts'

const APP = 'https://app.example.com'
const LISTED: CorsRules = { ...OPEN_CORS, allowed_origins: [APP, 'http://localhost:3000'] }

function marked(rules: CorsRules, origin: string | null, headers: Record<string, string> = {}) {
  const answer = new Headers(headers)
  new CorsPolicy(rules).mark(answer, origin)
  return Object.fromEntries(answer)
}

function granted(rules: CorsRules, headers: string | null = null, methods = ['GET', 'POST']) {
  return new CorsPolicy(rules).granted({ origin: APP, method: 'POST', headers }, methods)
}

describe('an answer', () => {
  test('to no page says nothing where every page may read', () => {
    expect(marked(OPEN_CORS, null)).toEqual({})
  })

  test('is for every page', () => {
    expect(marked(OPEN_CORS, APP)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    })
  })

  test('is for the page that asked, and caches are told, also when none asked', () => {
    expect(marked(LISTED, APP)).toEqual({
      'access-control-allow-origin': APP,
      'access-control-expose-headers': '*',
      vary: 'Origin',
    })
    expect(marked(LISTED, null)).toEqual({ vary: 'Origin' })
    expect(marked(LISTED, null, { vary: 'Accept' })).toEqual({ vary: 'Accept, Origin' })
  })

  test('is not for a page that is not listed', () => {
    for (const origin of [
      'https://evil.example',
      `${APP}.evil.example`,
      `${APP}:8443`,
      'http://app.example.com',
    ]) {
      expect(marked(LISTED, origin)).toEqual({ vary: 'Origin' })
    }
    expect(marked(LISTED, 'null')).toEqual({ vary: 'Origin' })
    expect(marked({ ...OPEN_CORS, allowed_origins: [] }, APP)).toEqual({ vary: 'Origin' })
  })

  test('with credentials names what may be read, for "*" means nothing then', () => {
    const headers = { 'x-request-id': '7', 'set-cookie': 'a=b', vary: 'Accept' }
    expect(marked({ ...LISTED, allow_credentials: true }, APP, headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-request-id',
    })
  })

  test('never allows credentials to every page', () => {
    expect(marked({ ...OPEN_CORS, allow_credentials: true }, APP)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    })
  })

  test('exposes what is listed, or nothing', () => {
    expect(marked({ ...OPEN_CORS, exposed_headers: ['etag', 'x-total'] }, APP)).toMatchObject({
      'access-control-expose-headers': 'etag, x-total',
    })
    expect(marked({ ...OPEN_CORS, exposed_headers: [] }, APP)).toEqual({ 'access-control-allow-origin': '*' })
  })
})

describe('a preflight', () => {
  test('is granted the methods of the path and the headers that it asks for, Authorization too', () => {
    expect(granted(OPEN_CORS, 'authorization,x-custom')).toEqual({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,x-custom',
      'access-control-max-age': '600',
      vary: 'Access-Control-Request-Method, Access-Control-Request-Headers',
    })
  })

  test('is granted no headers when it asks for none, or for what are no names', () => {
    for (const headers of [null, '', 'a b;c', 'x\u00e4', 'x'.repeat(5000)]) {
      expect(granted(OPEN_CORS, headers)).not.toContainKey('access-control-allow-headers')
    }
  })

  test('is granted what is listed and no more', () => {
    const rules = { ...OPEN_CORS, allowed_methods: ['get', 'PATCH'], allowed_headers: ['content-type'] }
    expect(granted(rules, 'authorization')).toMatchObject({
      'access-control-allow-methods': 'GET, PATCH',
      'access-control-allow-headers': 'content-type',
    })
    expect(granted({ ...rules, allowed_headers: [] }, 'x-a')).not.toContainKey('access-control-allow-headers')
  })
})
