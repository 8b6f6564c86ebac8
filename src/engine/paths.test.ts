import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { EngineError } from './engine-error.ts'
import type { Context } from './message.ts'
import { createMessage } from './new-message.ts'
import { OwnContainers } from './own-containers.ts'
import { compilePlace, compileRead, type Holder } from './paths.ts'

const PADDING = 5

/** A run that nobody looks at. */
function holding(context: Context): Holder {
  const message = { id: 'm', payload: null, context, audit_trail: [], errors: [] }
  return { message, own: new OwnContainers(), budget: { remaining: 1_000_000, limit: 1_000_000 } }
}

function contextOf(data: JsonObject, metadata: JsonObject = {}): Context {
  return createMessage({ id: 'm', payload: null, data, metadata }).context
}

/** `data` after one write. */
function written(data: JsonObject, path: string, value: Json): Json {
  const context = contextOf(data)
  compilePlace(path, PADDING).write(holding(context), value)
  return context.data
}

describe('reading', () => {
  const value: Json = JSON.parse(
    '{"a":{"b":[10,{"c":null}]},"20":"twenty","#":"hash","":{"":"empty"},"s":"text","__proto__":{"x":1}}',
  )

  test.each([
    ['a.b.0', 10],
    ['a.b.1.c', null],
    ['a.b.+1.c', null],
    ['a.b.01.c', null],
    ['20', 'twenty'],
    ['#20', 'twenty'],
    ['##', 'hash'],
    ['.', 'empty'],
    ['__proto__.x', 1],
    ['#a.#b.0', 10],
  ])('%p finds its value', (path, expected) => {
    expect(compileRead(path)(value)).toEqual(expected)
  })

  test.each([
    'missing',
    'a.missing.deep',
    'a.b.2',
    'a.b.-1',
    'a.b.#0',
    'a.b.1e0',
    'a.b. 1',
    'a.b.length',
    'a.b.99999999999999999999999',
    's.0',
    's.length',
    'a.b.1.c.d',
    'constructor',
    'toString',
    'a.hasOwnProperty',
    '__proto__.__proto__',
  ])('%p finds nothing', path => {
    expect(compileRead(path)(value)).toBeUndefined()
  })

  test('the empty path reads the whole value', () => {
    expect(compileRead('')(value)).toBe(value)
    expect(compileRead('')('scalar')).toBe('scalar')
  })
})

describe('writing', () => {
  test('a missing key on the way becomes an array before an index and an object before a key', () => {
    expect(written({}, 'data.a.0.x', 1)).toEqual({ a: [{ x: 1 }] })
    expect(written({}, 'data.a.#0.x', 1)).toEqual({ a: { '0': { x: 1 } } })
    expect(written({}, 'data.a.b.x', 1)).toEqual({ a: { b: { x: 1 } } })
    expect(written({}, 'data.a.+1', 1)).toEqual({ a: [null, 1] })
  })

  test('arrays are padded with null up to the index', () => {
    expect(written({ a: [1] }, 'data.a.3', 9)).toEqual({ a: [1, null, null, 9] })
    expect(written({}, 'data.a.2.n', 9)).toEqual({ a: [null, null, { n: 9 }] })
    expect(written({ a: [1, 2] }, 'data.a.02', 3)).toEqual({ a: [1, 2, 3] })
  })

  test('padding has a limit, counted from the end of the array', () => {
    expect(written({ a: [1] }, 'data.a.6', 9)).toEqual({ a: [1, null, null, null, null, null, 9] })
    for (const path of ['data.a.7', 'data.a.999999999', 'data.a.4294967296', 'data.new.6']) {
      const data = { a: [1] }
      expect(() => written(data, path, 9)).toThrow(EngineError)
      expect(data).toEqual({ a: [1] })
    }
  })

  test('the error of too much padding names the path, the index and the limit', () => {
    expect(() => written({}, 'data.a.99', 1)).toThrow(
      'Cannot write path "data.a.99": index 99 is beyond the end of an array of 0 by more than 5 (engine.max_array_padding)',
    )
  })

  test('a number too large for any index is a key', () => {
    const index = '99999999999999999999999'
    expect(written({}, `data.a.${index}`, 1)).toEqual({ a: { [index]: 1 } })
  })

  test('a null slot of an array on the way becomes a container, a null value of an object stays', () => {
    expect(written({ l: [null] }, 'data.l.0.x', 1)).toEqual({ l: [{ x: 1 }] })
    expect(written({ l: [null] }, 'data.l.0.1', 1)).toEqual({ l: [[null, 1]] })
    expect(written({ n: null }, 'data.n.x', 1)).toEqual({ n: null })
  })

  test('the last segment replaces null, whatever holds it', () => {
    expect(written({ n: null, l: [null] }, 'data.n', 1)).toEqual({ n: 1, l: [null] })
    expect(written({ n: null, l: [null] }, 'data.l.0', 1)).toEqual({ n: null, l: [1] })
  })

  test('nothing is written through a scalar, nor at a key of an array', () => {
    expect(written({ s: 'text', l: [1] }, 'data.s.y', 1)).toEqual({ s: 'text', l: [1] })
    expect(written({ s: 'text', l: [1] }, 'data.l.x', 1)).toEqual({ s: 'text', l: [1] })
    expect(written({ s: 'text', l: [1] }, 'data.l.#0', 1)).toEqual({ s: 'text', l: [1] })
    expect(written({ s: 'text', l: [1] }, 'data.l.-1', 1)).toEqual({ s: 'text', l: [1] })
    expect(written({ s: 'text', l: [1] }, 'data.l.length', 0)).toEqual({ s: 'text', l: [1] })
    expect(written({ s: 'text', l: [1] }, 'data.l.0.x', 0)).toEqual({ s: 'text', l: [1] })
  })

  test('a number is an ordinary key of an object that is there', () => {
    expect(written({ o: { k: 1 } }, 'data.o.0', 'x')).toEqual({ o: { '0': 'x', k: 1 } })
    expect(written({ o: { k: 1 } }, 'data.o.0.x', 1)).toEqual({ o: { '0': { x: 1 }, k: 1 } })
  })

  test('empty segments are keys', () => {
    expect(written({ a: {} }, 'data.a.', 1)).toEqual({ a: { '': 1 } })
    expect(written({}, 'data..x', 1)).toEqual({ '': { x: 1 } })
  })

  test('names of the prototype chain are ordinary keys', () => {
    const data = written({}, 'data.__proto__.polluted', 1)
    expect(JSON.stringify(data)).toBe('{"__proto__":{"polluted":1}}')
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(written({}, 'data.constructor.prototype.x', 1)).toEqual({ constructor: { prototype: { x: 1 } } })
    expect('polluted' in {}).toBe(false)
  })

  test('an own __proto__ survives when its neighbours are written', () => {
    const data: JsonObject = { a: JSON.parse('{"__proto__":{"x":1}}') }
    expect(JSON.stringify(written(data, 'data.a.b', 2))).toBe('{"a":{"__proto__":{"x":1},"b":2}}')
  })

  test('a path outside the three roots makes a key beside them', () => {
    const context = contextOf({})
    compilePlace('payload.x', PADDING).write(holding(context), 1)
    compilePlace('', PADDING).write(holding(context), 2)
    compilePlace('flag', PADDING).write(holding(context), 3)
    compilePlace('flag.x', PADDING).write(holding(context), 4)
    expect(context).toEqual({ data: {}, metadata: {}, temp_data: {}, payload: { x: 1 }, '': 2, flag: 3 })
  })

  test('below a root that is an array, indexes apply; below one that is a scalar, nothing is written', () => {
    const context = contextOf({})
    compilePlace('data', PADDING).write(holding(context), [1])
    compilePlace('data.2', PADDING).write(holding(context), 3)
    compilePlace('data.x', PADDING).write(holding(context), 3)
    compilePlace('temp_data', PADDING).write(holding(context), 5)
    compilePlace('temp_data.x', PADDING).write(holding(context), 1)
    expect(context).toEqual({ data: [1, null, 3], metadata: {}, temp_data: 5 })
  })
})

describe('roots', () => {
  test('two objects merge key by key, one level deep', () => {
    expect(written({ a: { x: 1 }, b: 1 }, 'data', { a: { y: 2 }, c: 3 })).toEqual({ a: { y: 2 }, b: 1, c: 3 })
  })

  test('anything else replaces', () => {
    expect(written({ a: 1 }, 'data', 5)).toBe(5)
    expect(written({ a: 1 }, 'data', [1])).toEqual([1])
    const context = contextOf({})
    compilePlace('data', PADDING).write(holding(context), 5)
    compilePlace('data', PADDING).write(holding(context), { a: 1 })
    expect(context.data).toEqual({ a: 1 })
  })

  test('an escaped root is not merged', () => {
    expect(written({ a: 1 }, '#data', { b: 2 })).toEqual({ b: 2 })
  })

  test('merging keeps an own __proto__ a key', () => {
    expect(JSON.stringify(written({ a: 1 }, 'data', JSON.parse('{"__proto__":2}')))).toBe(
      '{"a":1,"__proto__":2}',
    )
  })

  test('an object that becomes a root stays as it was when the root is written', () => {
    const literal = { a: 1 }
    const context = contextOf({})
    compilePlace('data', PADDING).write(holding(context), 5)
    compilePlace('data', PADDING).write(holding(context), literal)
    compilePlace('data.b', PADDING).write(holding(context), 2)
    expect(context.data).toEqual({ a: 1, b: 2 })
    expect(literal).toEqual({ a: 1 })
  })
})

describe('sharing', () => {
  test('a value that was written is never changed by later writes below it', () => {
    const shared = { list: [{ n: 1 }], o: { x: 1 } }
    const context = contextOf({})
    compilePlace('data.a', PADDING).write(holding(context), shared)
    compilePlace('data.a.list.0.n', PADDING).write(holding(context), 2)
    compilePlace('data.a.list.1', PADDING).write(holding(context), 3)
    compilePlace('data.a.o.y', PADDING).write(holding(context), 4)
    expect(context.data).toEqual({ a: { list: [{ n: 2 }, 3], o: { x: 1, y: 4 } } })
    expect(shared).toEqual({ list: [{ n: 1 }], o: { x: 1 } })
  })

  test('what was read of a root or of the whole context does not follow later writes', () => {
    const context = contextOf({ a: 1 })
    const whole = compilePlace('', PADDING).read(context)
    const root = compilePlace('data', PADDING).read(context)
    compilePlace('data.a', PADDING).write(holding(context), 2)
    expect(root).toEqual({ a: 1 })
    expect(whole).toEqual({ data: { a: 1 }, metadata: {}, temp_data: {} })
  })
})
