import { describe, expect, test } from 'bun:test'
import { compilePattern, patternProblem } from './pattern.ts'

/** Every kind of atom; what the platform's own engine makes of them is what they mean. */
const ATOMS = [
  ...['a', '.', '\\.', '\\/', '/', '"', '-', ',', '1', '=', '<', 'é', '😀'],
  ...[
    '\\s',
    '\\S',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\t',
    '\\n',
    '\\v',
    '\\f',
    '\\r',
    '\\0',
    '\\cJ',
    '\\x61',
    '\\u0061',
  ],
  ...[
    '\\u{1F600}',
    '\\ud83d\\ude00',
    '\\ud83d\\u0061',
    '\\ud83d',
    '[😀-😂]',
    '[é-ü]',
    '[abc]',
    '[^abc]',
    '[a-c\\d]',
  ],
  ...[
    '[^\\s]',
    '[\\S]',
    '[\\s\\d]',
    '[\\W1]',
    '[\\b]',
    '[-a]',
    '[a-]',
    '[a\\-z]',
    '[\\]\\\\]',
    '[.*]',
    '[[a]',
    '[[^]',
    '[a^]',
  ],
  ...[
    '[^]',
    '[]',
    '[&&a]',
    '[\\d-]',
    '\\p{L}',
    '\\P{L}',
    '\\p{Letter}',
    '\\p{gc=Lu}',
    '\\p{General_Category=Decimal_Number}',
  ],
  ...[
    '\\p{Script=Greek}',
    '\\p{sc=Greek}',
    '\\p{ASCII}',
    '\\P{ASCII}',
    '\\p{Any}',
    '[^\\p{ASCII}]',
    '[\\P{ASCII}]',
    '[\\p{Lu}_]',
  ],
  ...['\\p{digit}', '(a)', '(?:a|1)', '(?<name>a)', '(|a)', 'a\\b', '\\Ba', '\\b'],
]
const AROUND = ['X', '^X$', '^X*$', 'X+?1', '^(?:X|b){2}', '(X)?X', '[^X]']
const CHARS = [
  ...[
    'a',
    'b',
    'c',
    'z',
    'A',
    '1',
    '٣',
    ' ',
    '\t',
    '\n',
    '\v',
    '\f',
    '\r',
    '\0',
    '\b',
    '\u00a0',
    '\u2028',
    '\ufeff',
  ],
  ...[
    'é',
    'ü',
    '😀',
    '😁',
    'α',
    '_',
    '-',
    '^',
    ']',
    '[',
    '\\',
    '.',
    '*',
    '/',
    '&',
    '"',
    '=',
    '<',
    ',',
    '\x7f',
    '\x80',
  ],
]
const TEXTS = [
  '',
  ...CHARS,
  ...CHARS.map(char => `a${char}`),
  ...CHARS.map(char => `${char}1`),
  '\n\na',
  'ba b',
]

describe('a pattern means what it means in ECMA-262 with the u flag', () => {
  test.each(ATOMS)('%s', atom => {
    for (const around of AROUND) {
      const source = around.replaceAll('X', () => atom)
      const native = nativePattern(source)
      if (native === undefined) continue
      const { matches } = compilePattern(source)
      expect([source, ...TEXTS.filter(matches)]).toEqual([source, ...TEXTS.filter(text => native.test(text))])
    }
  })
})

test('what the engine lacks is told, with what would be right', () => {
  expect(patternProblem('a(?!b)')).toMatchObject({
    expected: 'a pattern without it; allOf and not join patterns',
  })
  expect(patternProblem('\\P{Any}')).toMatchObject({ code: 'NOT_AVAILABLE' })
  expect(patternProblem('\\p{scx=Greek}')).toMatchObject({ code: 'NOT_AVAILABLE' })
})

/** Undefined for what is not valid, such as two groups of one name. */
function nativePattern(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u')
  } catch {
    return undefined
  }
}
