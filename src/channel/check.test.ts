import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../expression/expression.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { channelProblems, normalizeChannel } from './check.ts'

const orders: JsonObject = {
  name: 'orders',
  channel_type: 'sync',
  protocol: 'rest',
  methods: ['POST'],
  route_pattern: '/orders/{id}',
}

function problems(fields: JsonObject) {
  return channelProblems(normalizeChannel({ ...orders, ...fields }), defaultLimits)
}

function found(fields: JsonObject) {
  return problems(fields).map(({ path, code }) => `${path} ${code}`)
}

test('a whole channel has no problems', () => {
  const whole = {
    channel_id: 'c-1',
    description: 'd',
    methods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
    workflow_id: 'orders',
    transport_config: {},
    topic: null,
    consumer_group: null,
    config: { timeout_ms: 2000, tracing: { mode: 'off', sample_rate: 0.5, errors_only: true } },
    tags: ['a'],
    priority: -7,
  }
  expect(problems(whole)).toEqual([])
})

test('upper and lower case of type, protocol and methods are the same', () => {
  const channel = normalizeChannel({
    ...orders,
    channel_type: 'SYNC',
    protocol: 'Http',
    methods: ['post', 'Get'],
  })
  expect(channel).toMatchObject({ channel_type: 'sync', protocol: 'http', methods: ['POST', 'GET'] })
  expect(channelProblems(channel, defaultLimits)).toEqual([])
})

test('all problems are told at once', () => {
  const fields = {
    name: '',
    channel_type: 'both',
    methods: ['FETCH'],
    route_pattern: '/a/{b',
    workflow_id: 'no good',
    config: { timeout_ms: 0, oauth2_login: {}, tracng: {} },
    priority: 'high',
  }
  expect(found(fields).sort()).toEqual([
    'channel_type INVALID_ENUM',
    'config.oauth2_login NOT_AVAILABLE',
    'config.timeout_ms OUT_OF_RANGE',
    'config.tracng UNKNOWN_KEY',
    'methods[0] INVALID_ENUM',
    'name REQUIRED',
    'priority TYPE_MISMATCH',
    'route_pattern INVALID_FORMAT',
    'workflow_id INVALID_FORMAT',
  ])
})

test('an empty body lacks three fields', () => {
  expect(
    channelProblems(normalizeChannel({}), defaultLimits).map(({ path, code }) => `${path} ${code}`),
  ).toEqual(['name REQUIRED', 'channel_type REQUIRED', 'protocol REQUIRED'])
})

describe('what nothing serves yet', () => {
  test('channel type async and protocol kafka are refused by name, with nothing else asked', () => {
    expect(problems({ channel_type: 'Async' })).toMatchObject([
      {
        path: 'channel_type',
        code: 'NOT_AVAILABLE',
        message: "Channel type 'async' is not available in this version",
        expected: '"sync"',
      },
    ])
    expect(problems({ protocol: 'Kafka', methods: null, route_pattern: null, topic: 't' })).toMatchObject([
      {
        path: 'protocol',
        code: 'NOT_AVAILABLE',
        message: "Protocol 'kafka' is not available in this version",
        expected: 'one of rest, http',
      },
    ])
  })

  test('an unknown protocol is no member of the list', () => {
    expect(found({ protocol: 'grpc' })).toEqual(['protocol INVALID_ENUM'])
  })

  test('a topic, a consumer group or a transport setting of a REST channel would promise something', () => {
    expect(found({ topic: 't', consumer_group: 'g', transport_config: { partitions: 3 } })).toEqual([
      'topic NOT_AVAILABLE',
      'consumer_group NOT_AVAILABLE',
      'transport_config.partitions NOT_AVAILABLE',
    ])
  })
})

describe('methods', () => {
  test.each<[Json]>([[null], [[]]])('%j is no method', methods => {
    expect(problems({ methods })).toMatchObject([
      {
        path: 'methods',
        code: 'REQUIRED',
        message: 'REST/HTTP channels must specify at least one HTTP method',
      },
    ])
  })

  test('one that is left out is missing, too', () => {
    const { methods: _, ...rest } = orders
    expect(channelProblems(rest, defaultLimits)).toMatchObject([{ path: 'methods', code: 'REQUIRED' }])
  })

  test('an unknown one is told with the nearest', () => {
    expect(problems({ methods: ['GET', 'PSOT', 'TRACE', 'CONNECT', 'G ET', ''] })).toMatchObject([
      { path: 'methods[1]', code: 'INVALID_ENUM', got: 'PSOT', suggestion: 'POST' },
      { path: 'methods[2]', code: 'INVALID_ENUM' },
      { path: 'methods[3]', code: 'INVALID_ENUM' },
      { path: 'methods[4]', code: 'INVALID_ENUM', suggestion: 'GET' },
      { path: 'methods[5]', code: 'INVALID_ENUM' },
    ])
  })

  test('one that is listed twice is told where it is the second time', () => {
    expect(problems({ methods: ['GET', 'get', 'POST'] })).toMatchObject([
      { path: 'methods[1]', code: 'DUPLICATE', message: "Method 'GET' is listed twice" },
    ])
  })

  test('wrong types and too many are the schema’s problem', () => {
    expect(found({ methods: 'GET' })).toEqual(['methods TYPE_MISMATCH'])
    expect(found({ methods: ['GET', 5] })).toEqual(['methods[1] TYPE_MISMATCH'])
    expect(found({ methods: Array.from({ length: 100_000 }, () => 'GET') })[0]).toBe('methods[1] DUPLICATE')
    expect(found({ methods: Array.from({ length: 8 }, () => 'GET') })).toContain('methods TOO_LONG')
  })
})

describe('route pattern', () => {
  test.each<[Json]>([[null], [''], ['  ']])('%j is none', route_pattern => {
    expect(problems({ route_pattern })).toMatchObject([
      {
        path: 'route_pattern',
        code: 'REQUIRED',
        message: 'REST/HTTP channels must specify a route_pattern',
      },
    ])
  })

  test.each([
    '/orders',
    'orders',
    '/orders/',
    '//orders//{id}',
    '/{tenant}/orders/{order_id}/items',
    '/größe/a b/100%',
    '/v1.2/~me/@x/a:b,c;d=e+f',
    '/my-traces/x',
    `/${'a/'.repeat(31)}{id}`,
  ])('%j may be written', route_pattern => {
    expect(problems({ route_pattern })).toEqual([])
  })

  test.each([
    ['/', 'has no segment'],
    ['///', 'has no segment'],
    ['/traces', 'belongs to the data plane itself'],
    ['/Traces/x', 'belongs to the data plane itself'],
    ['/async/x', 'belongs to the data plane itself'],
    ['openapi.json', 'belongs to the data plane itself'],
    ['/orders/async', 'asynchronous work'],
    ['/a/{}', 'a parameter is a whole segment'],
    ['/a/{id', 'a parameter is a whole segment'],
    ['/a/id}', 'a parameter is a whole segment'],
    ['/a/x{id}', 'a parameter is a whole segment'],
    ['/a/{id}.json', 'a parameter is a whole segment'],
    ['/a/{{id}}', 'a parameter is a whole segment'],
    ['/{id}/a/{id}', 'has the parameter "id" twice'],
    ['/a/{order.id}', 'the name of a parameter is made of'],
    ['/a/{ id }', 'the name of a parameter is made of'],
    [`/a/{${'x'.repeat(65)}}`, 'the name of a parameter is made of'],
    ['/a/*', 'has a wildcard'],
    ['/a/../b', 'no client can send'],
    ['/a/./b', 'no client can send'],
    ['/a%20b', 'write it decoded'],
    ['/a%2Fb', 'write it decoded'],
    ['/a?b=c', 'a path ends before "?"'],
    ['/a#b', 'a path ends before "?"'],
    ['/a\\b', 'clients turn'],
    ['/a/ b', 'begins or ends with white space'],
    ['/a /b', 'begins or ends with white space'],
    ['/a\nb', 'control character'],
    [`/${'a/'.repeat(32)}{id}`, 'has more than 32 segments'],
  ])('%j is refused', (route_pattern, reason) => {
    expect(problems({ route_pattern })).toMatchObject([
      { path: 'route_pattern', code: 'INVALID_FORMAT', message: expect.stringContaining(reason) },
    ])
  })

  test('nasty texts are refused before they are looked at', () => {
    expect(found({ route_pattern: '/a\0b' })).toEqual(['route_pattern INVALID_FORMAT'])
    expect(found({ route_pattern: '/\ud800' })).toEqual(['route_pattern INVALID_FORMAT'])
    expect(found({ route_pattern: `/${'é'.repeat(512)}` })).toEqual(['route_pattern TOO_LONG'])
    expect(found({ route_pattern: 7 })).toEqual(['route_pattern TYPE_MISMATCH'])
  })
})

test.each(['traces', 'Async', 'OPENAPI.JSON'])('%p cannot be a name', name => {
  expect(problems({ name })).toMatchObject([
    { path: 'name', code: 'INVALID_FORMAT', message: `Name '${name}' belongs to the data plane itself` },
  ])
})

test('a priority is an integer that JSON keeps', () => {
  expect(found({ priority: Number.MAX_SAFE_INTEGER })).toEqual([])
  expect(found({ priority: -Number.MAX_SAFE_INTEGER })).toEqual([])
  expect(found({ priority: 2 ** 53 })).toEqual(['priority OUT_OF_RANGE'])
  expect(found({ priority: 0.5 })).toEqual(['priority TYPE_MISMATCH'])
})
