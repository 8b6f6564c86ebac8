import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { OrionError } from '../errors.ts'
import type { Json } from './json.ts'
import { parseJson } from './parse-json.ts'

function refusal(input: Uint8Array | string): OrionError {
  try {
    parseJson(input)
  } catch (error) {
    if (error instanceof OrionError) return error
    throw error
  }
  throw new Error(`not refused: ${String(input).slice(0, 80)}`)
}

const bytes = (text: string) => new TextEncoder().encode(text)
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

describe('parseJson keeps', () => {
  test('whatever JSON.parse keeps, from text and from bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        const text = JSON.stringify(value)
        fc.pre(!/\\u[dD][89a-fA-F]/.test(text))
        const expected = JSON.parse(text)
        fc.pre(!/\d{16}/.test(text))
        expect(parseJson(text)).toEqual(expected)
        expect(parseJson(bytes(text))).toEqual(expected)
      }),
    )
  })

  test.each([
    ['2^53 and its negative', '[9007199254740992, -9007199254740992]', [2 ** 53, -(2 ** 53)]],
    ['a long fraction', '0.1234567890123456789', 0.12345678901234568],
    ['an integer in exponent form', '1e22', 1e22],
    ['the largest double', '1.7976931348623157e308', Number.MAX_VALUE],
    ['the smallest double', '5e-324', Number.MIN_VALUE],
    ['zero, however it is written', '[0e-999, -0.0e400, 0.000]', [0, -0, 0]],
    ['long digits inside a string', '{"id":"9007199254740993"}', { id: '9007199254740993' }],
    [
      'a number after a colon inside a string',
      '{"id":"ref: 9007199254740993"}',
      { id: 'ref: 9007199254740993' },
    ],
    ['an exponent inside a string', '"1e999"', '1e999'],
    ['an escaped pair of surrogates', '"\\ud83d\\ude00"', '😀'],
    ['an escaped backslash before u', '"\\\\ud800"', '\\ud800'],
    ['NUL as an escape', '"a\\u0000b"', 'a\u0000b'],
    ['a replacement character', '"\ufffd"', '\ufffd'],
    ['white space around', ' \t\r\n1 \n', 1],
    ['the last of equal keys', '{"a":1,"a":2}', { a: 2 }],
  ])('%s', (_what, text, expected) => {
    expect(parseJson(text)).toEqual(expected)
    expect(parseJson(bytes(text))).toEqual(expected)
  })

  test('__proto__ as an ordinary key', () => {
    const value = parseJson('{"__proto__":{"admin":true}}')
    expect(Object.keys(value ?? {})).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test('127 levels of nesting', () => {
    expect(JSON.stringify(parseJson(nested(127)))).toBe(nested(127))
    const object = `${'{"a":'.repeat(127)}1${'}'.repeat(127)}`
    expect(JSON.stringify(parseJson(object))).toBe(object)
  })

  test('any number of brackets that are not inside each other, or inside strings', () => {
    const flat = `[${Array(500).fill('[]').join(',')}]`
    expect(JSON.stringify(parseJson(flat))).toBe(flat)
    const text = JSON.stringify(['['.repeat(500), `\\"${'{'.repeat(500)}`, '\\'])
    expect(JSON.stringify(parseJson(text))).toBe(text)
  })
})

describe('parseJson refuses as BAD_REQUEST', () => {
  test.each([
    ['an empty text', '', 'the text ends at line 1, column 1; expected a value'],
    ['white space alone', ' \n ', 'the text ends at line 2, column 2; expected a value'],
    ['an open object', '{"a":1', 'the text ends at line 1, column 7; expected "," or "}"'],
    ['an open array', '[1', 'the text ends at line 1, column 3; expected "," or "]"'],
    ['an open string', '["abc', 'the text ends at line 1, column 6; expected a closing quote'],
    ['a comma too many', '[1,]', 'unexpected "]" at line 1, column 4; expected a value'],
    [
      'a comma too many in an object',
      '{"a":1,}',
      'unexpected "}" at line 1, column 8; expected a key in double quotes',
    ],
    ['a missing colon', '{"a" 1}', 'unexpected "1" at line 1, column 6; expected ":"'],
    ['a bare key', '{a:1}', 'unexpected "a" at line 1, column 2; expected a key in double quotes'],
    ['single quotes', "['a']", 'unexpected "\'" at line 1, column 2; expected a value'],
    ['a leading zero', '[01]', 'unexpected "1" at line 1, column 3; expected "," or "]"'],
    ['a plus sign', '[+1]', 'unexpected "+" at line 1, column 2; expected a value'],
    ['a bare point', '[1.]', 'unexpected "." at line 1, column 3; expected "," or "]"'],
    ['NaN', '[NaN]', 'unexpected "N" at line 1, column 2; expected a value'],
    ['a cut word', '[tru]', 'unexpected "t" at line 1, column 2; expected a value'],
    ['a comment', '{}\n// no', 'unexpected "/" at line 2, column 1; expected the end of the text'],
    ['a second value', '1 2', 'unexpected "2" at line 1, column 3; expected the end of the text'],
    ['a raw line break in a string', '["a\nb"]', 'unexpected character U+000A at line 1, column 4'],
    ['a raw tab in a string', '["a\tb"]', 'unexpected character U+0009 at line 1, column 4'],
    ['an unknown escape', '["\\x"]', 'unexpected "\\" at line 1, column 3; expected an escape'],
    ['a cut escape', '["\\u12"]', 'unexpected "\\" at line 1, column 3; expected an escape'],
    ['a problem behind many lines', '{\n  "a": 1,\n  "b": "é😀" x\n}', 'unexpected "x" at line 3, column 13'],
    [
      'a problem deep inside',
      '{"a":[{"b":[1,2,{"c":}]}]}',
      'unexpected "}" at line 1, column 22; expected a value',
    ],
  ])('%s', (_what, text, message) => {
    const error = refusal(text)
    expect(error.code).toBe('BAD_REQUEST')
    expect(error.message).toStartWith(`Invalid JSON body: ${message}`)
    expect(refusal(bytes(text)).message).toBe(error.message)
  })

  test('every text that JSON.parse refuses, with a place inside the text', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '1',
      '-',
      'null',
      '\\',
      '\n',
      'e9',
      '.5',
      'é',
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), fragments => {
        const text = fragments.join('')
        let accepted = true
        try {
          JSON.parse(text)
        } catch {
          accepted = false
        }
        fc.pre(!accepted)
        const [, line, column] = /line (\d+), column (\d+); expected \S/.exec(refusal(text).message) ?? []
        const lineText = text.split('\n')[Number(line) - 1]
        expect(lineText).toBeDefined()
        expect(Number(column)).toBeLessThanOrEqual([...(lineText ?? '')].length + 1)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xf0, 0x9f, 0x98]],
    ['UTF-16', [0xff, 0xfe, 0x31, 0x00]],
  ])('bytes that are not UTF-8: %s', (_what, codes) => {
    const error = refusal(new Uint8Array(codes))
    expect(error.code).toBe('BAD_REQUEST')
    expect(error.message).toBe('Invalid JSON body: it is not valid UTF-8')
  })

  test('a byte order mark', () => {
    expect(refusal(new Uint8Array([0xef, 0xbb, 0xbf, 0x31])).message).toContain('byte order mark')
    expect(refusal('\ufeff1').message).toContain('byte order mark')
  })

  test('a text with half a surrogate pair in it', () => {
    expect(refusal('"\ud800"').code).toBe('BAD_REQUEST')
  })

  test.each([
    ['a high one', '{"data":{"a":"x\\ud800"}}', '"data.a" holds \\ud800'],
    ['a low one', '{"data":["ok","\\uDC00"]}', '"data[1]" holds \\udc00'],
    ['two high ones', '["\\ud800\\ud800"]', '"[0]" holds \\ud800'],
    ['a pair in the wrong order', '["\\udc00\\ud800"]', '"[0]" holds \\udc00'],
    ['one in a key', '{"data":{"\\ud800":1}}', '"data" holds \\ud800'],
  ])('half a surrogate pair as an escape: %s', (_what, text, message) => {
    const error = refusal(text)
    expect(error.code).toBe('BAD_REQUEST')
    expect(error.message).toContain(message)
  })

  test.each([
    ['128 arrays', nested(128)],
    ['128 objects', `${'{"a":'.repeat(128)}1${'}'.repeat(128)}`],
    ['a million brackets', '['.repeat(1_000_000)],
    ['128 levels behind a long string', `["${'x'.repeat(1000)}\\"[", ${nested(127)}]`],
  ])('nesting deeper than 127 levels: %s', (_what, text) => {
    const error = refusal(text)
    expect(error.code).toBe('BAD_REQUEST')
    expect(error.message).toBe('Invalid JSON body: it nests deeper than 127 levels')
  })
})

describe('parseJson keeps integers beyond 2^53 as bigints:', () => {
  test.each([
    ['the first', '{"data":{"id":9007199254740993}}', { data: { id: 9007199254740993n } }],
    ['its negative', '{"data":{"id":-9007199254740993}}', { data: { id: -9007199254740993n } }],
    ['one that a double holds but prints otherwise', '[1152921504606846976]', [1152921504606846976n]],
    [
      'one with an empty fraction',
      '{"a":[1,{"b":9007199254740993.000}]}',
      { a: [1, { b: 9007199254740993n }] },
    ],
    ['one that is all there is', '12345678901234567890', 12345678901234567890n],
    ['one after a line break', '{"a":\n12345678901234567890}', { a: 12345678901234567890n }],
    ['308 digits', `[${'9'.repeat(308)}]`, [BigInt('9'.repeat(308))]],
    [
      'one behind strings that look like one',
      '["a: 9007199254740993", 9007199254740993]',
      ['a: 9007199254740993', 9007199254740993n],
    ],
    [
      'one behind escaped quotes',
      '["\\"[9007199254740993,\\\\", 9007199254740993]',
      ['"[9007199254740993,\\', 9007199254740993n],
    ],
    ['the last of equal keys', '{"a":9007199254740993,"a":9007199254740995}', { a: 9007199254740995n }],
    ['a number over it', '{"a":9007199254740993,"a":1}', { a: 1 }],
    ['__proto__', '{"__proto__":9007199254740993}', JSON.parse('{"__proto__":1}')],
  ])('%s', (_what, text, expected) => {
    const value = parseJson(text)
    if (text.includes('__proto__'))
      expect(Object.entries(value ?? {})).toEqual([['__proto__', 9007199254740993n]])
    else expect(value).toEqual(expected)
    expect(parseJson(bytes(text))).toEqual(value)
  })

  test('any of them, anywhere, and nothing else', () => {
    const number = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('": 12345678901234567', '\\', '[1e999', '9007199254740993'),
    )
    const leaf = fc.oneof(number, fc.maxSafeInteger(), fc.boolean(), text, fc.constant(null))
    const { tree } = fc.letrec<{ tree: Json }>(tie => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('tree'), { maxLength: 5 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1), (value, indent) => {
        const text = written(value, indent)
        fc.pre(!/\\u[dD][89a-fA-F]/.test(text))
        expect(written(parseJson(text), indent)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('a megabyte of them, and of what looks like them, in time that grows with its length', () => {
    for (const item of ['12345678901234567890', '": 1234567890123456"', '1', '[]', '"a"']) {
      const time = (count: number) => {
        const text = `[${`${item},`.repeat(count)}12345678901234567890]`
        const startedMs = performance.now()
        expect(parseJson(text)).toHaveLength(count + 1)
        return performance.now() - startedMs
      }
      time(1000)
      expect(time(40_000)).toBeLessThan(20 * Math.max(5, time(10_000)))
    }
  })
})

/** JSON with bigints as they are. */
function written(value: Json, indent?: number): string {
  return JSON.stringify(
    value,
    (_, item) => (typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item),
    indent,
  )
}

describe('parseJson refuses as NUMBER_OUT_OF_RANGE', () => {
  test.each([
    ['an infinite exponent', '{"a":1e999}', 'a', '1e999'],
    ['a number so small that it would be zero', '{"a":-1.5e-400}', 'a', '-1.5e-400'],
    ['one that is that small without an exponent', `0.${'0'.repeat(330)}1`, '', `0.${'0'.repeat(38)}…`],
    ['an infinite exponent with a sign', '{"a":-1E+400}', 'a', '-1E+400'],
    ['a padded exponent', '{"a":1e0000999}', 'a', '1e0000999'],
    ['309 digits and a fraction', `[${'9'.repeat(309)}.5]`, '[0]', `${'9'.repeat(40)}…`],
    ['an integer of 400 digits', `{"a":[${'9'.repeat(400)}]}`, 'a[0]', `${'9'.repeat(40)}…`],
    ['one that is all there is', '1e999', '', '1e999'],
  ])('%s', (_what, text, path, got) => {
    const error = refusal(text)
    expect(error.code).toBe('NUMBER_OUT_OF_RANGE')
    expect(error.details).toEqual([expect.objectContaining({ path, code: 'OUT_OF_RANGE', got })])
    expect(error.message).toContain(path === '' ? 'the body' : `"${path}"`)
  })

  test('every such number of a body at once, but not more than twenty', () => {
    const two = refusal('{"a":1e999,"b":9007199254740993,"c":[1e400]}')
    expect(two.details?.map(({ path }) => path)).toEqual(['a', 'c[0]'])
    const many = refusal(JSON.stringify(Array(50).fill(0)).replaceAll('0', '1e999'))
    expect(many.details).toHaveLength(20)
  })

  test('with a path that is cut when keys are very long', () => {
    const error = refusal(`{"${'k'.repeat(100_000)}":1e999}`)
    expect(error.details?.[0]?.path.length).toBeLessThan(250)
    expect(error.message.length).toBeLessThan(500)
  })
})
