import { describe, expect, test } from 'bun:test'
import { HttpFault } from './http-fault.ts'
import { type HttpRequest, originOf } from './http-message.ts'
import { redirected } from './redirect.ts'

const REQUEST: HttpRequest = {
  method: 'POST',
  origin: originOf(new URL('https://far.example')),
  path: '/base/orders?x=1',
  headers: {
    authorization: 'Bearer secret',
    'x-api-key': 'secret',
    cookie: 'secret',
    accept: '*/*',
    'content-type': 'text/plain',
    'user-agent': 'orion/1',
  },
  body: 'body',
}

function after(location: string | readonly string[], status = 307, request = REQUEST) {
  return redirected(request, { status, headers: { location }, body: new Uint8Array(0) })
}

describe('a redirect', () => {
  test('is read against where it came from', () => {
    expect(after('next')?.path).toBe('/base/next')
    expect(after('/next?y=2#part')?.path).toBe('/next?y=2')
    expect(after('?y=2')?.path).toBe('/base/orders?y=2')
    expect(after('//far.example/next')?.origin.text).toBe('https://far.example')
    expect(after('https://u:p@other.example:8443/')?.origin).toMatchObject({
      text: 'https://other.example:8443',
      host: 'other.example:8443',
      port: 8443,
    })
  })

  test('to the same origin keeps everything, to another one nothing that says who asks', () => {
    expect(after('/next')?.headers).toEqual(REQUEST.headers)
    for (const elsewhere of [
      'https://other.example/',
      'https://far.example:8443/',
      'https://far.example.other/',
      'https://far.example@other.example/',
    ]) {
      expect(after(elsewhere)?.headers).toEqual({
        accept: '*/*',
        'content-type': 'text/plain',
        'user-agent': 'orion/1',
      })
    }
  })

  test('does not give back what was taken away on the way', () => {
    const away = after('https://other.example/')
    expect(away && after('https://far.example/', 307, away)?.headers).not.toHaveProperty('authorization')
  })

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'PATCH', 'PATCH'],
    [303, 'HEAD', 'HEAD'],
    [302, 'GET', 'GET'],
  ])('%d of a %s is a %s', (status, method, becomes) => {
    const next = after('/next', status, { ...REQUEST, method })
    expect(next?.method).toBe(becomes)
    expect(next?.body).toBe(becomes === method ? 'body' : undefined)
  })

  test('is none without a place, or of another status', () => {
    expect(after('/next', 300)).toBeUndefined()
    expect(after('/next', 304)).toBeUndefined()
    expect(after(['/one', '/two'])).toBeUndefined()
  })

  test.each([
    'http://far.example/',
    'file:///etc/hostname',
    'data:,x',
    'ftp://far.example/',
    'https://',
    'http://[::1',
  ])('to %p is refused', location => {
    expect(() => after(location)).toThrow(HttpFault)
  })
})
