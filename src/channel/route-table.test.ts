import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { OrionError } from '../errors.ts'
import { buildRouteTable, type Route } from './route-table.ts'

type TestRoute = Partial<Route<string>> & { id: string }

function route({ id, name = id, priority = 0, methods = ['GET'], pattern = null }: TestRoute): Route<string> {
  return { id, name, priority, methods, pattern, target: id }
}

function table(...routes: TestRoute[]) {
  return buildRouteTable(routes.map(route))
}

function refusal(resolve: () => unknown): OrionError {
  try {
    resolve()
  } catch (error) {
    if (error instanceof OrionError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('a path finds', () => {
  test('a static route', () => {
    expect(table({ id: 'orders', pattern: '/shop/orders' }).resolve('GET', 'shop/orders')).toEqual({
      target: 'orders',
      params: undefined,
    })
  })

  test('a route with parameters, which it fills with decoded text', () => {
    const routes = table({ id: 'item', pattern: '/orders/{order}/items/{item}' })
    expect(routes.resolve('GET', 'orders/7/items/a%20b%2Fc%C3%A9').params).toEqual({
      order: '7',
      item: 'a b/cé',
    })
  })

  test('a route whatever the letters of its static segments, and parameters as they are', () => {
    const routes = table({ id: 'a', pattern: '/Orders/{Id}/LINES' })
    expect(routes.resolve('GET', 'oRDERS/AbC/lines').params).toEqual({ Id: 'AbC' })
  })

  test('a static segment only by folding ASCII letters', () => {
    const routes = table({ id: 'kelvin', pattern: '/k' }, { id: 'umlaut', pattern: '/Größe' })
    expect(refusal(() => routes.resolve('GET', '%E2%84%AA')).code).toBe('NOT_FOUND')
    expect(routes.resolve('GET', 'gr%C3%B6%C3%9Fe').target).toBe('umlaut')
    expect(refusal(() => routes.resolve('GET', 'GR%C3%96%C3%9FE')).code).toBe('NOT_FOUND')
  })

  test('a static segment through an encoded letter', () => {
    expect(table({ id: 'a', pattern: '/orders' }).resolve('GET', '%6Frders').target).toBe('a')
  })

  test('the same with slashes at its ends', () => {
    const routes = table({ id: 'a', pattern: '/orders/{id}' }, { id: 'b', name: 'plain', pattern: '/x/y' })
    expect(routes.resolve('GET', '/orders/1//').params).toEqual({ id: '1' })
    expect(routes.resolve('GET', 'plain/').target).toBe('b')
  })

  test('own parameters of any name', () => {
    const { params } = table({ id: 'a', pattern: '/{__proto__}/{constructor}' }).resolve('GET', 'x/y')
    expect(Object.entries(params ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  test('a channel by its name, exactly as it is written', () => {
    const routes = table({ id: 'o-1', name: 'Orders v2', methods: ['POST'], pattern: '/somewhere/else' })
    expect(routes.resolve('POST', 'Orders%20v2').target).toBe('o-1')
    expect(refusal(() => routes.resolve('POST', 'orders%20v2')).code).toBe('NOT_FOUND')
  })

  test('a name with a slash through %2F, and not through two segments', () => {
    const routes = table({ id: 'a', name: 'a/b' })
    expect(routes.resolve('GET', 'a%2Fb').target).toBe('a')
    expect(refusal(() => routes.resolve('GET', 'a/b')).code).toBe('NOT_FOUND')
  })

  test('a parameter where a pattern is not split by %2F', () => {
    const routes = table({ id: 'one', pattern: '/f/{path}' }, { id: 'two', pattern: '/f/{a}/{b}' })
    expect(routes.resolve('GET', 'f/x%2Fy')).toEqual({ target: 'one', params: { path: 'x/y' } })
  })
})

describe('of several routes the answer comes from', () => {
  test('the static segment at the leftmost difference', () => {
    const routes = table(
      { id: 'late', pattern: '/{kind}/open/now', priority: 9 },
      { id: 'early', pattern: '/orders/{state}/{when}' },
    )
    expect(routes.resolve('GET', 'orders/open/now').target).toBe('early')
  })

  test('a parameter when the static branch ends nowhere', () => {
    const routes = table({ id: 'static', pattern: '/a/b/c' }, { id: 'parameter', pattern: '/{x}/b/d' })
    expect(routes.resolve('GET', 'a/b/d')).toEqual({ target: 'parameter', params: { x: 'a' } })
  })

  test('a parameter when the static route has another method', () => {
    const routes = table(
      { id: 'static', pattern: '/orders/open', methods: ['POST'] },
      { id: 'parameter', pattern: '/orders/{id}' },
    )
    expect(routes.resolve('GET', 'orders/open').target).toBe('parameter')
    expect(routes.resolve('POST', 'orders/open').target).toBe('static')
  })

  test('the higher priority, then the smaller id', () => {
    const routes = table(
      { id: 'b', pattern: '/x/{one}' },
      { id: 'a', pattern: '/x/{two}' },
      { id: 'z', pattern: '/X/{three}', priority: 1, methods: ['PUT', 'GET'] },
    )
    expect(routes.resolve('GET', 'x/1')).toEqual({ target: 'z', params: { three: '1' } })
    expect(table({ id: 'b', pattern: '/x' }, { id: 'a', pattern: '/x' }).resolve('GET', 'x').target).toBe('a')
  })

  test('a route rather than a channel of that name', () => {
    const routes = table(
      { id: 'named', name: 'orders', priority: 5 },
      { id: 'routed', pattern: '/{anything}' },
    )
    expect(routes.resolve('GET', 'orders').target).toBe('routed')
  })

  test('a channel of that name when the route has another method', () => {
    const routes = table(
      { id: 'named', name: 'orders', pattern: '/elsewhere' },
      { id: 'routed', pattern: '/orders', methods: ['POST'] },
    )
    expect(routes.resolve('GET', 'orders').target).toBe('named')
  })

  test('any method when none is listed, in any letters', () => {
    expect(table({ id: 'a', pattern: '/x', methods: [] }).resolve('PURGE', 'x').target).toBe('a')
    expect(table({ id: 'a', pattern: '/x', methods: null }).resolve('GET', 'x').target).toBe('a')
    expect(table({ id: 'a', pattern: '/x', methods: ['get'] }).resolve('GET', 'x').target).toBe('a')
  })
})

describe('a path is refused', () => {
  test('with 404 when nothing has it', () => {
    const routes = table({ id: 'a', pattern: '/orders/{id}' })
    for (const path of [
      'orders',
      'orders/1/2',
      'other',
      'other/1',
      '',
      '/',
      '//',
      'constructor',
      '__proto__',
    ]) {
      const error = refusal(() => routes.resolve('GET', path))
      expect([error.code, error.message]).toEqual(['NOT_FOUND', `No channel matches GET /${path}`])
    }
  })

  test('with 404 when a segment in its middle is empty, whatever would match without it', () => {
    const routes = table({ id: 'a', pattern: '/a/{x}/b' }, { id: 'b', pattern: '/a/b' })
    for (const path of ['a//b', 'a///b']) {
      expect(refusal(() => routes.resolve('GET', path)).code).toBe('NOT_FOUND')
    }
  })

  test('with 400 when it is blank', () => {
    const error = refusal(() => table().resolve('GET', '%20'))
    expect([error.code, error.message]).toEqual(['BAD_REQUEST', 'Channel name must not be empty'])
  })

  test('with 405 and the methods of every route and name that it meets', () => {
    const routes = table(
      { id: 'a', pattern: '/orders/{id}', methods: ['PUT', 'get'] },
      { id: 'b', pattern: '/orders/open', methods: ['POST', 'PUT'] },
      { id: 'c', pattern: '/{x}/open', methods: ['PATCH'] },
      { id: 'd', pattern: '/other/{id}', methods: ['HEAD'] },
    )
    const error = refusal(() => routes.resolve('DELETE', 'orders/open'))
    expect(error.code).toBe('METHOD_NOT_ALLOWED')
    expect(error.headers).toEqual({ allow: 'GET, PATCH, POST, PUT' })
    expect(error.message).toBe('DELETE is not allowed on /orders/open; it answers GET, PATCH, POST, PUT')
  })

  test('with 405 for a name alone, and for a name beside a route', () => {
    const named = table({ id: 'a', name: 'orders', methods: ['POST'] })
    expect(refusal(() => named.resolve('GET', 'orders')).headers).toEqual({ allow: 'POST' })
    const both = table(
      { id: 'a', name: 'orders', methods: ['POST'] },
      { id: 'b', pattern: '/orders', methods: ['PUT'] },
    )
    expect(refusal(() => both.resolve('OPTIONS', 'orders')).headers).toEqual({ allow: 'POST, PUT' })
  })

  test('with 405 for HEAD and OPTIONS like for any method that is not listed', () => {
    const routes = table({ id: 'a', pattern: '/x', methods: ['GET'] })
    expect(refusal(() => routes.resolve('HEAD', 'x')).code).toBe('METHOD_NOT_ALLOWED')
    expect(refusal(() => routes.resolve('OPTIONS', 'x')).code).toBe('METHOD_NOT_ALLOWED')
  })

  test.each(['%zz', 'orders/%', 'orders/%E2%82', '%C0%AF/x', 'orders/%ed%a0%80'])(
    'with 400 when it cannot be decoded: %s',
    path => {
      const error = refusal(() => table({ id: 'a', pattern: '/orders/{id}' }).resolve('GET', path))
      expect(error.code).toBe('BAD_REQUEST')
      expect(error.message).toContain('is not percent-encoded UTF-8')
    },
  )

  test.each(['traces', 'traces/1', 'async', 'openapi.json', 'x/async', 'a/b/async/'])(
    'with 404 when the data plane keeps it for itself: %s',
    path => {
      const routes = table(
        { id: 'a', pattern: '/{x}' },
        { id: 'b', pattern: '/{x}/{y}' },
        { id: 'c', pattern: '/{x}/{y}/{z}' },
      )
      expect(refusal(() => routes.resolve('GET', path)).code).toBe('NOT_FOUND')
    },
  )

  test('in few words, however long it is', () => {
    expect(refusal(() => table().resolve('GET', 'x'.repeat(16_000))).message.length).toBeLessThan(300)
  })
})

test('a thousand nested alternatives cost no more than their routes', () => {
  const names = ['a', '{p}']
  const patterns = Array.from({ length: 1024 }, (_, bits) =>
    Array.from({ length: 10 }, (_, at) => (names[(bits >> at) & 1] === 'a' ? 'a' : `{p${at}}`)).join('/'),
  )
  const routes = buildRouteTable(
    patterns.map((pattern, at) => route({ id: `${at}`, pattern, methods: ['POST'] })),
  )
  expect(refusal(() => routes.resolve('GET', Array(10).fill('a').join('/'))).code).toBe('METHOD_NOT_ALLOWED')
  expect(refusal(() => routes.resolve('GET', Array(4000).fill('a').join('/'))).code).toBe('NOT_FOUND')
})

describe('the table agrees with a search through all routes', () => {
  const segment = fc.constantFrom('a', 'B', 'c')
  const method = fc.constantFrom('GET', 'POST', 'PUT')
  const anyRoute = fc.record({
    segments: fc.array(fc.oneof(segment, fc.constant('{}')), { minLength: 1, maxLength: 4 }),
    methods: fc.oneof(fc.constant(null), fc.uniqueArray(method, { maxLength: 2 })),
    priority: fc.integer({ min: 0, max: 2 }),
    name: fc.constantFrom('a', 'b', 'named', 'x'),
  })

  test('for random routes and paths', () => {
    fc.assert(
      fc.property(
        fc.array(anyRoute, { maxLength: 12 }),
        fc.array(fc.constantFrom('a', 'A', 'b', 'c', 'x', 'named'), { minLength: 1, maxLength: 4 }),
        method,
        (drawn, path, asked) => {
          const routes = drawn.map(({ segments, methods, priority, name }, at) =>
            route({
              id: `r${String(at).padStart(2, '0')}`,
              name,
              priority,
              methods,
              pattern: segments.map((text, index) => (text === '{}' ? `{p${index}}` : text)).join('/'),
            }),
          )
          const expected = naive(routes, asked, path)
          let met: unknown
          try {
            met = buildRouteTable(routes).resolve(asked, path.join('/')).target
          } catch (error) {
            met = error instanceof OrionError ? (error.headers?.allow ?? error.code) : error
          }
          expect(met).toBe(expected)
        },
      ),
      { numRuns: 3000 },
    )
  })

  function naive(routes: Route<string>[], method: string, path: string[]): string {
    const precedence = (a: Route<string>, b: Route<string>) =>
      b.priority - a.priority || (a.id < b.id ? -1 : 1)
    const shape = ({ pattern }: Route<string>) =>
      (pattern ?? '')
        .replace(/\{\w+\}/g, '~')
        .split('/')
        .map(s => (s === '~' ? 1 : 0))
        .join('')
    const fits = (text: string, at: number) =>
      text.startsWith('{') || text.toLowerCase() === path[at]?.toLowerCase()
    const matching = routes.filter(({ pattern }) => {
      const segments = (pattern ?? '').split('/')
      return segments.length === path.length && segments.every(fits)
    })
    const takes = ({ methods }: Route<string>) => !methods?.length || methods.includes(method)
    const best = matching
      .filter(takes)
      .sort((a, b) => (shape(a) < shape(b) ? -1 : shape(a) > shape(b) ? 1 : precedence(a, b)))[0]
    if (best) return best.target
    const named =
      path.length === 1 ? routes.filter(({ name }) => name === path[0]).sort(precedence)[0] : undefined
    if (named && takes(named)) return named.target
    const met = named ? [...matching, named] : matching
    if (met.length === 0) return 'NOT_FOUND'
    return [...new Set(met.flatMap(({ methods }) => methods ?? []))].sort().join(', ')
  }
})
