/** Why a pattern cannot be used. */
export interface PatternProblem {
  readonly code: 'INVALID_FORMAT' | 'NOT_AVAILABLE'
  /** Completes "Pattern ... ". */
  readonly message: string
  readonly expected: string
}

/** Thrown by {@link toRe2} for what only a backtracking engine can do. */
export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern'
  readonly expected: string

  constructor(construct: string, expected: string) {
    super(construct)
    this.expected = expected
  }
}

const SPACES =
  '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}'
const NOT_SPACES =
  '\\x00-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}'
const NOT_LINE_ENDS = '[^\\n\\r\\x{2028}\\x{2029}]'
const CONTROLS = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['0', 0],
])

/** The long names of general categories that patterns really use, as the engine calls them. */
const CATEGORIES = new Map([
  ['Letter', 'L'],
  ['Uppercase_Letter', 'Lu'],
  ['Lowercase_Letter', 'Ll'],
  ['Titlecase_Letter', 'Lt'],
  ['Modifier_Letter', 'Lm'],
  ['Other_Letter', 'Lo'],
  ['Mark', 'M'],
  ['Number', 'N'],
  ['Decimal_Number', 'Nd'],
  ['Letter_Number', 'Nl'],
  ['Other_Number', 'No'],
  ['Punctuation', 'P'],
  ['Symbol', 'S'],
  ['Separator', 'Z'],
  ['digit', 'Nd'],
  ['punct', 'P'],
  ['Other', 'C'],
  ['Control', 'Cc'],
])

/** One step of the translation: what it writes, and where the rest begins. */
interface Piece {
  readonly text: string
  readonly end: number
  /** Set where a class opens or closes. */
  readonly inClass?: boolean
}

/**
 * A pattern of ECMA-262 with the `u` flag, which must be valid, in the syntax of RE2. What differs between the two is
 * spelled out: `\s`, `.`, escapes, properties; groups capture nothing. Throws {@link UnsupportedPattern}.
 */
export function toRe2(pattern: string): string {
  let text = ''
  let inClass = false
  for (let at = 0; at < pattern.length; ) {
    const piece: Piece = inClass ? classPiece(pattern, at) : plainPiece(pattern, at)
    inClass = piece.inClass ?? inClass
    text += piece.text
    at = piece.end
  }
  return text
}

function plainPiece(pattern: string, at: number): Piece {
  switch (pattern[at]) {
    case '\\':
      return escapePiece(pattern, at, false)
    case '(':
      return groupPiece(pattern, at)
    case '.':
      return { text: NOT_LINE_ENDS, end: at + 1 }
    case '[':
      if (pattern.startsWith('[]', at)) return { text: '[^\\x00-\\x{10ffff}]', end: at + 2 }
      if (pattern.startsWith('[^]', at)) return { text: '[\\x00-\\x{10ffff}]', end: at + 3 }
      return pattern.startsWith('[^', at)
        ? { text: '[^', end: at + 2, inClass: true }
        : { text: '[', end: at + 1, inClass: true }
    default:
      return /[\^$*+?{}|)\d,]/.test(pattern[at] ?? '')
        ? { text: pattern[at] ?? '', end: at + 1 }
        : character(pattern, at)
  }
}

function classPiece(pattern: string, at: number): Piece {
  const char = pattern[at] ?? ''
  if (char === '\\') return escapePiece(pattern, at, true)
  if (char === ']') return { text: ']', end: at + 1, inClass: false }
  return char === '-' ? { text: '-', end: at + 1 } : character(pattern, at)
}

/** A character that stands for itself, written so that it cannot mean anything else. */
function character(pattern: string, at: number): Piece {
  const char = pattern.codePointAt(at) ?? 0
  return { text: codePoint(char), end: at + (char > 0xffff ? 2 : 1) }
}

function codePoint(char: number): string {
  return `\\x{${char.toString(16)}}`
}

function groupPiece(pattern: string, at: number): Piece {
  if (pattern[at + 1] !== '?') return { text: '(?:', end: at + 1 }
  const opening = /\(\?(?:<?[=!]|<[^>]*>|[^:]*:)/y
  opening.lastIndex = at
  const found = opening.exec(pattern)?.[0] ?? '(?:'
  if (/^\(\?[=!]/.test(found)) {
    throw new UnsupportedPattern(`look-ahead "${found}"`, 'a pattern without it; allOf and not join patterns')
  }
  if (/^\(\?<[=!]/.test(found)) {
    throw new UnsupportedPattern(
      `look-behind "${found}"`,
      'a pattern without it; allOf and not join patterns',
    )
  }
  if (/^\(\?[a-z-]+:$/.test(found)) {
    throw new UnsupportedPattern(`flags "${found}"`, 'both cases in a class, such as [Aa]')
  }
  return { text: '(?:', end: at + found.length }
}

function escapePiece(pattern: string, at: number, inClass: boolean): Piece {
  const char = pattern[at + 1] ?? ''
  if (/[dDwW]/.test(char) || (/[bB]/.test(char) && !inClass)) return { text: `\\${char}`, end: at + 2 }
  if (char === 's') return { text: inClass ? SPACES : `[${SPACES}]`, end: at + 2 }
  if (char === 'S') return { text: inClass ? NOT_SPACES : `[${NOT_SPACES}]`, end: at + 2 }
  if (char === 'p' || char === 'P') return propertyPiece(pattern, at, inClass)
  if (/[1-9k]/.test(char)) {
    const reference = /^\\(?:\d+|k<[^>]*>)/.exec(pattern.slice(at))?.[0]
    throw new UnsupportedPattern(`back-reference "${reference}"`, 'a pattern that spells out what may repeat')
  }
  return literalEscape(pattern, at, char)
}

function literalEscape(pattern: string, at: number, char: string): Piece {
  if (char === 'b') return { text: codePoint(8), end: at + 2 }
  const control = CONTROLS.get(char)
  if (control !== undefined) return { text: codePoint(control), end: at + 2 }
  if (char === 'c') return { text: codePoint(pattern.charCodeAt(at + 2) % 32), end: at + 3 }
  if (char === 'x') return { text: codePoint(hex(pattern, at + 2, at + 4)), end: at + 4 }
  if (char !== 'u') return character(pattern, at + 1)
  if (pattern[at + 2] === '{') {
    const end = pattern.indexOf('}', at)
    return { text: codePoint(hex(pattern, at + 3, end)), end: end + 1 }
  }
  return surrogatePiece(pattern, at)
}

/** `\uXXXX`, or two of them that are one character. */
function surrogatePiece(pattern: string, at: number): Piece {
  const first = hex(pattern, at + 2, at + 6)
  const second = pattern.startsWith('\\u', at + 6) ? hex(pattern, at + 8, at + 12) : 0
  const isPair = (first & 0xfc00) === 0xd800 && (second & 0xfc00) === 0xdc00
  if (!isPair) return { text: codePoint(first), end: at + 6 }
  const joined = 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff)
  return { text: codePoint(joined), end: at + 12 }
}

function hex(pattern: string, start: number, end: number): number {
  return Number.parseInt(pattern.slice(start, end), 16)
}

function propertyPiece(pattern: string, at: number, inClass: boolean): Piece {
  const end = pattern.indexOf('}', at) + 1
  const name = pattern.slice(at + 3, end - 1)
  const negated = pattern[at + 1] === 'P'
  if (name === 'ASCII' || name === 'Any') {
    const top = name === 'ASCII' ? '7f' : '10ffff'
    const range = negated
      ? `\\x{${(Number.parseInt(top, 16) + 1).toString(16)}}-\\x{10ffff}`
      : `\\x00-\\x{${top}}`
    if (negated && name === 'Any') {
      throw new UnsupportedPattern('property "\\P{Any}"', 'a property that some character lacks')
    }
    return { text: inClass ? range : `[${range}]`, end }
  }
  const value = name.replace(/^(?:General_Category|gc|Script|sc)=/, '')
  return { text: `\\${negated ? 'P' : 'p'}{${CATEGORIES.get(value) ?? value}}`, end }
}
