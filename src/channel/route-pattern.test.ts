import { describe, expect, test } from 'bun:test'
import { isReservedSegment, lowerAscii, patternSegments, routePatternProblem } from './route-pattern.ts'

describe('a route pattern', () => {
  test.each([
    '/orders',
    'orders',
    '/orders/',
    '//orders//{id}',
    '/orders/{id}/items/{item_id}',
    '/{tenant}/orders',
    '/{any}',
    '/Größe/{naïve name}',
    '/orders/async/list',
    '/orders/traces',
    '/async-jobs',
    '/orders/...',
  ])('may be "%s"', pattern => {
    expect(routePatternProblem(pattern)).toBeUndefined()
  })

  test.each([
    ['', 'has no segment'],
    ['/', 'has no segment'],
    ['///', 'has no segment'],
    ['/traces', 'begins with "traces"'],
    ['/TRACES/{id}', 'begins with "TRACES"'],
    ['/async', 'begins with "async"'],
    ['/openapi.json', 'begins with "openapi.json"'],
    ['/orders/async', 'ends in "async"'],
    ['/orders/{id}/async/', 'ends in "async"'],
    ['/orders/{}', 'a parameter is a whole segment'],
    ['/orders/{ }', 'a parameter is a whole segment'],
    ['/orders/{id', 'a parameter is a whole segment'],
    ['/orders/id}', 'a parameter is a whole segment'],
    ['/orders/{id}.json', 'a parameter is a whole segment'],
    ['/orders/v{version}', 'a parameter is a whole segment'],
    ['/orders/{{id}}', 'a parameter is a whole segment'],
    ['/orders/{id}/{id}', 'has the parameter "id" twice'],
    ['/orders/*', 'has a wildcard in "*"'],
    ['/orders/{*rest}', 'has a wildcard in "{*rest}"'],
    ['/orders/../admin', 'has the segment ".."'],
    ['/./orders', 'has the segment "."'],
  ])('may not be "%s"', (pattern, problem) => {
    expect(routePatternProblem(pattern)).toContain(problem)
  })

  test('is a list of lower-cased texts and parameters as they are written', () => {
    expect(patternSegments('//Orders/{OrderId}/')).toEqual([{ text: 'orders' }, { parameter: 'OrderId' }])
  })
})

test('only the data plane has the names traces, async and openapi.json', () => {
  expect(['traces', 'async', 'openapi.json', 'Traces'].every(isReservedSegment)).toBe(true)
  expect(['trace', 'asynchronous', 'openapi'].some(isReservedSegment)).toBe(false)
})

test('only ASCII letters are lower-cased', () => {
  expect(lowerAscii('ABCxyz-09É\u212a')).toBe('abcxyz-09É\u212a')
})
