import { describe, expect, test } from 'bun:test'
import { parseExactly } from '../../std/exact-values.ts'
import type { Json } from '../../std/json.ts'
import { compileRequestSchema } from './compile-schema.ts'

/*
 * JSON Schema 2020-12, keyword by keyword. No npm package carries the official JSON-Schema-Test-Suite, so the cases are
 * ours. Not here, because it is refused when a channel is saved: references to other documents, the meta-schema among
 * them, and meta-schemas of one's own with their vocabularies. Not here, because it is an annotation: `format`,
 * `contentMediaType`, `contentEncoding`, `default`, and `dependencies` of older drafts.
 */

type Case = [about: string, schema: Json, valid: Json[], invalid: Json[]]

function standard(keyword: string, cases: Case[]): void {
  describe(keyword, () => {
    test.each(cases)('%s', (_, schema, valid, invalid) => {
      const compiled = compileRequestSchema(schema, '')
      const isValid = (value: Json) => compiled.violations(value, '').length === 0
      expect(valid.filter(value => !isValid(value))).toEqual([])
      expect(invalid.filter(isValid)).toEqual([])
    })
  })
}

/** An object with a `then` may be taken for a promise; these are not. */
const THEN = 'then'
const everyKind: Json[] = [null, true, 0, 1.5, '', [], {}]
/** An integer beyond 2^53, as a body gives it. */
const big = (text: string): Json => parseExactly(text)

standard('schemas', [
  ['true takes everything', true, everyKind, []],
  ['false takes nothing', false, [], everyKind],
  ['{} takes everything', {}, everyKind, []],
  [
    'annotations and unknown keywords take everything',
    {
      format: 'email',
      default: 1,
      title: 't',
      contentEncoding: 'base64',
      nullable: false,
      dependencies: { a: ['b'] },
    },
    [...everyKind, { a: 1 }],
    [],
  ],
  ['both ways to write the dialect', { $schema: 'https://json-schema.org/draft/2020-12/schema#' }, [1], []],
  [
    'keywords of other types do not apply',
    { minimum: 5, minLength: 5, minItems: 5, required: ['x'] },
    [null, true],
    [],
  ],
])

standard('values of other types', [
  [
    'are no objects',
    { properties: { length: false }, additionalProperties: false },
    ['ab', [1], 5],
    [{ length: 1 }],
  ],
  ['have no properties', { properties: { length: false } }, ['ab', [1]], [{ length: 1 }]],
  [
    'have no names',
    { propertyNames: false, minProperties: 5, dependentRequired: { length: ['x'] } },
    ['ab', [1]],
    [],
  ],
  [
    'are not unevaluated',
    { unevaluatedProperties: false, unevaluatedItems: false },
    ['ab', 5],
    [{ a: 1 }, [1]],
  ],
  ['are no arrays', { items: false, contains: false, uniqueItems: true }, ['aa', { length: 1, 0: 1 }], [[1]]],
  ['depend on nothing', { dependentSchemas: { length: false } }, ['ab', [1]], [{ length: 1 }]],
])

standard('type', [
  ['string', { type: 'string' }, ['', 'a'], [null, true, 1, [], {}]],
  ['number', { type: 'number' }, [0, 1.5, -1, big('9007199254740993')], [null, true, '1', [], {}]],
  ['integer', { type: 'integer' }, [0, 1.0, -7, 1e300, big('-9007199254740993')], [1.5, '1', true, null]],
  ['boolean', { type: 'boolean' }, [true, false], [0, 'true', null]],
  ['null', { type: 'null' }, [null], [0, false, '', {}]],
  ['object', { type: 'object' }, [{}, { a: 1 }], [[], null, 'x']],
  ['array', { type: 'array' }, [[], [1]], [{}, null, 'x']],
  ['several', { type: ['string', 'null'] }, ['a', null], [1, [], {}]],
  ['one in a list', { type: ['integer'] }, [1], [1.5, '1']],
])

standard('enum and const', [
  ['scalars', { enum: [1, 'a', null, false] }, [1, 1.0, 'a', null, false], [0, '1', 'A', true, '', []]],
  [
    'objects whatever the order of keys',
    { enum: [{ a: 1, b: [2] }] },
    [{ b: [2], a: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
  ],
  ['false is not 0, true is not 1', { enum: [[false], [1]] }, [[false], [1]], [[0], [true]]],
  ['a text is not the value that it spells', { enum: [['1'], '[1]'] }, [['1'], '[1]'], [[1]]],
  ['an empty list takes nothing', { enum: [] }, [], everyKind],
  [
    'const',
    { const: { a: [1, { b: null }] } },
    [{ a: [1, { b: null }] }],
    [{ a: [1, {}] }, { a: [{ b: null }, 1] }],
  ],
  ['const null', { const: null }, [null], [0, '']],
  ['const zero', { const: 0 }, [0, -0], [false, null, '', []]],
  [
    'a key named __proto__',
    { const: parse('{"__proto__":1}') },
    [parse('{"__proto__":1}')],
    [{}, parse('{"__proto__":2}')],
  ],
  [
    'long integers',
    { const: big('9007199254740993') },
    [big('9007199254740993')],
    [9007199254740992, big('9007199254740994')],
  ],
  [
    'a double is the integer that it equals',
    { const: 1e20 },
    [big('100000000000000000000')],
    [big('100000000000000000001')],
  ],
])

standard('equal numbers within', [
  ['long integers', { const: [1e21] }, [[big('1000000000000000000000')]], [[big('1000000000000000000001')]]],
  ['zeros', { uniqueItems: true }, [], [[[0], [-0]]]],
])

standard('numbers', [
  ['minimum', { minimum: 1.1 }, [1.1, 2, 'x'], [1, -5]],
  ['maximum', { maximum: 3 }, [3, -1, null], [3.01, big('9007199254740993')]],
  ['exclusiveMinimum', { exclusiveMinimum: 0 }, [0.1], [0, -1]],
  ['exclusiveMaximum', { exclusiveMaximum: 0 }, [-0.1], [0, 1]],
  [
    'bounds beyond 2^53',
    { minimum: big('9007199254740993'), maximum: big('18446744073709551616') },
    [big('9007199254740993'), 1.8e19],
    [9007199254740992, big('18446744073709551617')],
  ],
  [
    'multiples of an integer',
    { multipleOf: 3 },
    [0, 9, -6, 'x', big('90071992547409930')],
    [1, 4.5, big('90071992547409931')],
  ],
  [
    'multiples of a decimal',
    { multipleOf: 0.01 },
    [19.99, 0.07, 4.35, 1.1, 1e15, 123456789.01],
    [0.001, 19.999],
  ],
  ['multiples of a small decimal', { multipleOf: 0.0001 }, [0.0075], [0.00751]],
  ['multiples of tiny steps', { multipleOf: 1e-8 }, [12391239123, 1e-8], [1.5e-8]],
  [
    'multiples of a large step',
    { multipleOf: 1e20 },
    [3e20, big('500000000000000000000')],
    [1, big('500000000000000000001')],
  ],
  ['huge doubles', { multipleOf: 0.5 }, [1e308], []],
  ['huge steps over huge doubles', { multipleOf: 0.123456789 }, [], [1e308]],
])

standard('strings', [
  ['minLength', { minLength: 2 }, ['ab', 'é𝄞', 5], ['a', '𝄞', '']],
  ['maxLength in characters, not units', { maxLength: 2 }, ['ab', '💩💩', []], ['abc', '💩💩a']],
  ['lengths may be written 2.0', { maxLength: 2.0 }, ['ab'], ['abc']],
  ['a pattern is searched for', { pattern: 'a+' }, ['a', 'xxaayy', 1], ['', 'b']],
  ['an anchored pattern', { pattern: '^a*$' }, ['', 'aaa'], ['aab', 'a\n']],
  ['a pattern of Unicode', { pattern: '^\\p{Letter}+$' }, ['Ünïcödé', 'Ελλάς'], ['a1', '']],
  ['one character beyond the first plane', { pattern: '^.$' }, ['😀', 'a'], ['ab', '\n', '\u2028']],
  [
    'spaces as ECMA-262 has them',
    { pattern: '^\\s\\S$' },
    ['\u00a0a', '\ufeffa', '\u000ba'],
    ['aa', ' \u2028'],
  ],
])

standard('arrays', [
  ['items', { items: { type: 'integer' } }, [[], [1, 2], {}], [[1, 'x']]],
  ['items false', { items: false }, [[], 'x'], [[1]]],
  [
    'prefixItems',
    { prefixItems: [{ type: 'integer' }, { type: 'string' }] },
    [[1, 'a'], [1], [], [1, 'a', {}]],
    [['a'], [1, 2]],
  ],
  ['items after prefixItems', { prefixItems: [true], items: { type: 'null' } }, [[1], [1, null]], [[1, 2]]],
  ['contains', { contains: { minimum: 5 } }, [[1, 5], [6], {}], [[], [1, 2]]],
  [
    'minContains',
    { contains: { const: 1 }, minContains: 2 },
    [
      [1, 1],
      [1, 2, 1],
    ],
    [[1], [2, 2]],
  ],
  ['minContains 0', { contains: { const: 1 }, minContains: 0 }, [[], [2], [1]], []],
  ['maxContains', { contains: { const: 1 }, maxContains: 1 }, [[1], [2, 1]], [[1, 1], []]],
  ['both', { contains: { const: 1 }, minContains: 1, maxContains: 2 }, [[1], [1, 1]], [[], [1, 1, 1]]],
  [
    'their order when min is above max',
    { contains: { const: 1 }, minContains: 3, maxContains: 1 },
    [],
    [[1], [1, 1, 1]],
  ],
  ['without contains they mean nothing', { minContains: 2, maxContains: 1 }, [[], [1]], []],
  ['minItems and maxItems', { minItems: 1, maxItems: 2 }, [[1], [1, 2], ''], [[], [1, 2, 3]]],
  [
    'uniqueItems',
    { uniqueItems: true },
    [
      [],
      [1, true, '1', null, [1], ['1'], [true]],
      [{ a: 1 }, { a: 2 }],
      [0, false],
      'xx',
      [{ a: 'b' }, '{"a":"b"}'],
    ],
    [
      [1, 1.0],
      [null, null],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [
        [1, [2]],
        [1, [2]],
      ],
      [0, -0],
    ],
  ],
  [
    'unique among long integers',
    { uniqueItems: true },
    [[big('9007199254740993'), 9007199254740992]],
    [[big('100000000000000000000'), 1e20]],
  ],
  ['uniqueItems false', { uniqueItems: false }, [[1, 1]], []],
])

standard('objects', [
  [
    'properties',
    { properties: { a: { type: 'integer' }, b: false } },
    [{}, { a: 1 }, { c: 1 }, []],
    [{ a: 'x' }, { b: 1 }],
  ],
  [
    'patternProperties',
    { patternProperties: { '^x': { type: 'integer' }, y$: { minimum: 5 } } },
    [{ x: 1, z: '' }, { xy: 6 }],
    [{ x: 'a' }, { xy: 4 }],
  ],
  [
    'additionalProperties false',
    { properties: { a: true }, patternProperties: { '^x': true }, additionalProperties: false },
    [{ a: 1, x1: 2 }, 1],
    [{ b: 1 }],
  ],
  [
    'additionalProperties as a schema',
    { properties: { a: true }, additionalProperties: { type: 'null' } },
    [{ a: 1, b: null }],
    [{ b: 1 }],
  ],
  [
    'additionalProperties does not look into allOf',
    { allOf: [{ properties: { a: true } }], additionalProperties: false },
    [{}],
    [{ a: 1 }],
  ],
  ['propertyNames', { propertyNames: { maxLength: 2 } }, [{}, { ab: 1 }, []], [{ abc: 1 }]],
  ['propertyNames false', { propertyNames: false }, [{}], [{ a: 1 }]],
  ['required', { required: ['a', 'b'] }, [{ a: null, b: 1 }, 'x'], [{ a: 1 }, {}]],
  [
    'minProperties and maxProperties',
    { minProperties: 1, maxProperties: 2 },
    [{ a: 1 }, [1, 2, 3]],
    [{}, { a: 1, b: 2, c: 3 }],
  ],
  [
    'dependentRequired',
    { dependentRequired: { card: ['name', 'zip'] } },
    [{}, { name: 1 }, { card: 1, name: 1, zip: 1 }],
    [{ card: 1, name: 1 }],
  ],
  [
    'dependentSchemas',
    { dependentSchemas: { card: { required: ['zip'] }, no: false } },
    [{ card: 1, zip: 2 }, { zip: 1 }],
    [{ card: 1 }, { no: 1 }],
  ],
])

const trap = parse(
  '{"__proto__":{"type":"number"},"constructor":{"type":"number"},"toString":{"type":"string"}}',
)
standard('names of the prototype', [
  [
    'are absent unless they are own',
    { properties: trap },
    [{}, parse('{"__proto__":1,"constructor":2}')],
    [parse('{"__proto__":"x"}'), { constructor: 'x' }],
  ],
  [
    'also beside additionalProperties',
    { properties: trap, additionalProperties: false },
    [{}, { toString: 'x' }],
    [parse('{"__proto__":"x"}'), { valueOf: 1 }],
  ],
  [
    'are not there when required',
    { required: ['__proto__', 'toString'] },
    [parse('{"__proto__":1,"toString":2}')],
    [{}, { toString: 1 }],
  ],
  ['depend like others', { dependentRequired: { constructor: ['__proto__'] } }, [{}], [{ constructor: 1 }]],
  [
    'are found by pointers',
    parse('{"$defs":{"__proto__":{"type":"string"}},"$ref":"#/$defs/__proto__"}'),
    ['x'],
    [1],
  ],
])

standard('combinations', [
  ['allOf', { allOf: [{ minimum: 1 }, { maximum: 3 }] }, [1, 3], [0, 4]],
  ['anyOf', { anyOf: [{ type: 'string' }, { minimum: 5 }] }, ['x', 5, null], [4]],
  ['oneOf', { oneOf: [{ minimum: 1 }, { maximum: 3 }] }, [0, 4], [2]],
  ['oneOf of none', { oneOf: [{ type: 'string' }, { type: 'null' }] }, ['', null], [1]],
  ['not', { not: { type: 'string' } }, [1, null], ['x']],
  ['not within not', { not: { not: { type: 'string' } } }, ['x'], [1]],
  [
    'if, then, else',
    { if: { type: 'string' }, [THEN]: { minLength: 2 }, else: { type: 'null' } },
    ['ab', null],
    ['a', 1],
  ],
  ['if and then', { if: { minimum: 5 }, [THEN]: { multipleOf: 2 } }, [6, 1, null, 3], [7]],
  ['if and else', { if: { type: 'string' }, else: { minimum: 5 } }, ['', 5], [4]],
  ['then alone means nothing', { [THEN]: false, else: false }, [1], []],
])

standard('references', [
  [
    'the root',
    { properties: { next: { $ref: '#' } }, additionalProperties: false },
    [{ next: { next: {} } }],
    [{ next: { x: 1 } }],
  ],
  [
    '$defs',
    {
      $ref: '#/$defs/c',
      $defs: { a: { type: 'integer' }, b: { $ref: '#/$defs/a' }, c: { $ref: '#/$defs/b' } },
    },
    [1],
    ['x'],
  ],
  [
    'beside other keywords',
    { $ref: '#/$defs/a', maxItems: 1, $defs: { a: { type: 'array' } } },
    [[], [1]],
    [[1, 2], 'x'],
  ],
  ['into a list', { prefixItems: [{ type: 'integer' }, { $ref: '#/prefixItems/0' }] }, [[1, 2]], [[1, 'x']]],
  [
    'escaped names',
    {
      $defs: { 'a~b': { type: 'integer' }, 'a/b': { type: 'string' }, 'a%b"': { type: 'null' } },
      properties: {
        t: { $ref: '#/$defs/a~0b' },
        s: { $ref: '#/$defs/a~1b' },
        p: { $ref: '#/$defs/a%25b%22' },
      },
    },
    [{ t: 1, s: 'x', p: null }],
    [{ t: 'x' }, { s: 1 }, { p: 1 }],
  ],
  ['a property named $ref', { properties: { $ref: { type: 'string' } } }, [{ $ref: 'a' }], [{ $ref: 1 }]],
  ['no reference within enum', { enum: [{ $ref: '#/nowhere' }] }, [{ $ref: '#/nowhere' }], ['x']],
  ['the old name of $defs', { $ref: '#/definitions/a', definitions: { a: { type: 'string' } } }, ['x'], [1]],
  [
    'into a list that no keyword knows',
    { $ref: '#/parts/1', parts: [{ type: 'null' }, { type: 'string' }] },
    ['x'],
    [null],
  ],
  [
    'a place that no keyword knows',
    { $ref: '#/components/a', components: { a: { items: { $ref: '#/components/b' } }, b: { type: 'null' } } },
    [[null]],
    [[1]],
  ],
  [
    'true and false',
    { properties: { a: { $ref: '#/$defs/t' }, b: { $ref: '#/$defs/f' } }, $defs: { t: true, f: false } },
    [{ a: 1 }],
    [{ b: 1 }],
  ],
  ['an anchor', { $ref: '#money', $defs: { a: { $anchor: 'money', type: 'number' } } }, [1], ['x']],
  [
    'anchors belong to their resource',
    {
      $id: 'https://example.com/root',
      $ref: 'inner#a',
      $defs: {
        x: { $anchor: 'a', type: 'string' },
        y: { $id: 'inner', $defs: { z: { $anchor: 'a', type: 'integer' } } },
      },
    },
    [1],
    ['x'],
  ],
  [
    'a schema with an address of its own',
    {
      properties: { a: { $ref: 'item.json' } },
      $defs: {
        i: {
          $id: 'item.json',
          type: 'array',
          items: { $ref: '#/$defs/n' },
          $defs: { n: { type: 'integer' } },
        },
      },
    },
    [{ a: [1] }],
    [{ a: ['x'] }, { a: 1 }],
  ],
  [
    'a URN',
    {
      $id: 'urn:uuid:deadbeef-1234-0000-0000-4321feebdaed',
      $ref: 'urn:uuid:deadbeef-1234-0000-0000-4321feebdaed#/$defs/a',
      $defs: { a: { type: 'null' } },
    },
    [null],
    [1],
  ],
  [
    'an $id within enum is none',
    {
      $defs: { e: { enum: [{ $id: 'https://x.y/z' }] }, r: { $id: 'https://x.y/z', type: 'null' } },
      $ref: 'https://x.y/z',
    },
    [null],
    [1],
  ],
  [
    'the same reference twice in a value is no loop',
    { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], $defs: { a: { type: 'integer' } } },
    [1],
    ['x'],
  ],
  [
    'below "not" into items',
    { not: { items: { $ref: '#' } }, $comment: 'a value is fine unless all of its items are' },
    [[[]]],
    [[], 1],
  ],
])

const list: Json = {
  $id: 'list',
  type: 'array',
  items: { $dynamicRef: '#items' },
  $defs: { items: { $dynamicAnchor: 'items' } },
}
standard('dynamic references', [
  [
    'to an anchor of the same resource',
    { items: { $dynamicRef: '#i' }, $defs: { a: { $dynamicAnchor: 'i', type: 'string' } } },
    [['a']],
    [[1]],
  ],
  [
    'to a plain anchor',
    { items: { $dynamicRef: '#i' }, $defs: { a: { $anchor: 'i', type: 'string' } } },
    [['a']],
    [[1]],
  ],
  [
    '$ref to a dynamic anchor',
    { items: { $ref: '#i' }, $defs: { a: { $dynamicAnchor: 'i', type: 'string' } } },
    [['a']],
    [[1]],
  ],
  [
    'the outermost resource decides',
    {
      $id: 'https://e.com/root',
      $ref: 'list',
      $defs: { s: { $dynamicAnchor: 'items', type: 'string' }, list },
    },
    [['a']],
    [[1]],
  ],
  [
    'a plain anchor outside does not',
    { $id: 'https://e.com/root', $ref: 'list', $defs: { s: { $anchor: 'items', type: 'string' }, list } },
    [['a', 1]],
    [],
  ],
  [
    'only where the target is dynamic itself',
    {
      $id: 'https://e.com/root',
      $ref: 'list',
      $defs: {
        s: { $dynamicAnchor: 'items', type: 'string' },
        list: { $id: 'list', items: { $dynamicRef: '#items' }, $defs: { i: { $anchor: 'items' } } },
      },
    },
    [['a', 1]],
    [],
  ],
  [
    'a resource in between does',
    {
      $id: 'https://e.com/root',
      if: { required: ['n'] },
      [THEN]: { $ref: 'numbers' },
      else: { $ref: 'strings' },
      $defs: {
        generic: {
          $id: 'generic',
          properties: { list: { items: { $dynamicRef: '#t' } } },
          $defs: { d: { $dynamicAnchor: 't' } },
        },
        numbers: { $id: 'numbers', $ref: 'generic', $defs: { t: { $dynamicAnchor: 't', type: 'number' } } },
        strings: { $id: 'strings', $ref: 'generic', $defs: { t: { $dynamicAnchor: 't', type: 'string' } } },
      },
    },
    [{ n: 1, list: [1] }, { list: ['a'] }],
    [{ n: 1, list: ['a'] }, { list: [1] }],
  ],
  [
    'a resource that was left is out of scope',
    {
      $id: 'https://e.com/root',
      allOf: [{ $ref: 'first' }, { $ref: 'second' }],
      $defs: {
        first: { $id: 'first', $defs: { t: { $dynamicAnchor: 't', type: 'null' } } },
        second: {
          $id: 'second',
          items: { $dynamicRef: '#t' },
          $defs: { t: { $dynamicAnchor: 't', type: 'string' } },
        },
      },
    },
    [['a']],
    [[null]],
  ],
  [
    'what one scope evaluates',
    {
      $id: 'https://e.com/root',
      $ref: 'tree',
      unevaluatedProperties: false,
      $defs: {
        x: { $dynamicAnchor: 'node', properties: { extra: true } },
        tree: {
          $id: 'tree',
          $dynamicRef: '#node',
          properties: { a: true },
          $defs: { n: { $dynamicAnchor: 'node' } },
        },
      },
    },
    [{ a: 1, extra: 2 }],
    [{ other: 1 }],
  ],
])

standard('unevaluatedProperties', [
  ['beside properties', { properties: { a: true }, unevaluatedProperties: false }, [{ a: 1 }, 1], [{ b: 1 }]],
  [
    'beside patternProperties',
    { patternProperties: { '^a': true }, unevaluatedProperties: false },
    [{ a1: 1 }],
    [{ b: 1 }],
  ],
  [
    'beside additionalProperties',
    { additionalProperties: true, unevaluatedProperties: false },
    [{ a: 1 }],
    [],
  ],
  [
    'as a schema',
    { properties: { a: true }, unevaluatedProperties: { type: 'null' } },
    [{ a: 1, b: null }],
    [{ b: 1 }],
  ],
  [
    'through allOf and $ref',
    {
      allOf: [{ properties: { a: true } }],
      $ref: '#/$defs/b',
      unevaluatedProperties: false,
      $defs: { b: { properties: { b: true } } },
    },
    [{ a: 1, b: 1 }],
    [{ c: 1 }],
  ],
  [
    'a reference does not see its neighbours',
    { properties: { a: true }, $ref: '#/$defs/n', $defs: { n: { unevaluatedProperties: false } } },
    [{}],
    [{ a: 1 }],
  ],
  [
    'through the branches of anyOf that fit',
    {
      anyOf: [
        { properties: { a: { const: 1 } }, required: ['a'] },
        { properties: { b: { const: 1 } }, required: ['b'] },
      ],
      unevaluatedProperties: false,
    },
    [{ a: 1 }, { a: 1, b: 1 }],
    [
      { a: 1, b: 2 },
      { a: 1, c: 1 },
    ],
  ],
  [
    'through oneOf',
    {
      oneOf: [
        { required: ['a'], properties: { a: true } },
        { required: ['b'], properties: { b: true } },
      ],
      unevaluatedProperties: false,
    },
    [{ a: 1 }],
    [{ a: 1, c: 1 }],
  ],
  [
    'through if, then and else',
    {
      if: { properties: { a: { const: 1 } }, required: ['a'] },
      [THEN]: { properties: { b: true } },
      else: { properties: { c: true } },
      unevaluatedProperties: false,
    },
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1, c: 1 }, { b: 1 }, { a: 2 }],
  ],
  [
    'through dependentSchemas',
    {
      properties: { a: true },
      dependentSchemas: { a: { properties: { b: true } } },
      unevaluatedProperties: false,
    },
    [{ a: 1, b: 1 }],
    [{ b: 1 }],
  ],
  [
    'not through not',
    { not: { not: { properties: { a: true } } }, unevaluatedProperties: false },
    [{}],
    [{ a: 1 }],
  ],
  [
    'what an inner one evaluated',
    { allOf: [{ unevaluatedProperties: true }], unevaluatedProperties: false },
    [{ a: 1 }],
    [],
  ],
  [
    'cousins do not see each other',
    { allOf: [{ properties: { a: true } }, { unevaluatedProperties: false }] },
    [{}],
    [{ a: 1 }],
  ],
  [
    'only of the value itself',
    { properties: { a: { properties: { b: true } } }, unevaluatedProperties: false },
    [{ a: { b: 1, c: 1 } }],
    [{ b: 1 }],
  ],
])

standard('unevaluatedItems', [
  ['alone', { unevaluatedItems: false }, [[], {}], [[1]]],
  ['beside items', { items: true, unevaluatedItems: false }, [[1]], []],
  [
    'beside prefixItems',
    { prefixItems: [true], unevaluatedItems: { type: 'null' } },
    [[1], [1, null]],
    [[1, 2]],
  ],
  [
    'through allOf',
    { prefixItems: [true], allOf: [{ prefixItems: [true, true] }], unevaluatedItems: false },
    [[1, 2]],
    [[1, 2, 3]],
  ],
  [
    'items that contains found',
    { contains: { type: 'string' }, unevaluatedItems: { type: 'number' } },
    [['a', 1, 'b']],
    [['a', null], [1]],
  ],
  [
    'through if',
    { if: { contains: { const: 'x' } }, [THEN]: { items: true }, unevaluatedItems: false },
    [['x', 1], []],
    [[1]],
  ],
  [
    'what an inner one evaluated',
    { allOf: [{ unevaluatedItems: true }], unevaluatedItems: false },
    [[1]],
    [],
  ],
])

function parse(text: string): Json {
  return parseExactly(text)
}
