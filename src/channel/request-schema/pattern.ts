import { RE2JS, RE2JSException } from 're2js'
import { type PatternProblem, toRe2, UnsupportedPattern } from './pattern-syntax.ts'

/** Instructions of a compiled pattern: what each character may cost. */
const MAX_INSTRUCTIONS = 2000
const MAX_PATTERN_CHARS = 4096

/** A pattern ready to be searched for in texts, in time that is linear in theirs. */
export interface Pattern {
  matches(text: string): boolean
  /** Instructions that a character of the text passes at most. */
  readonly instructions: number
}

/** Patterns are ECMA-262 with the `u` flag, not anchored, run by RE2. Throws for one that {@link patternProblem} refuses. */
export function compilePattern(source: string): Pattern {
  const compiled = RE2JS.compile(toRe2(source))
  return { matches: text => compiled.test(text), instructions: compiled.programSize() }
}

/** Why a pattern cannot be used; undefined when it can. */
export function patternProblem(source: string): PatternProblem | undefined {
  if (source.length > MAX_PATTERN_CHARS) {
    return invalid(`is longer than ${MAX_PATTERN_CHARS} characters`, 'a shorter pattern')
  }
  const syntax = syntaxProblem(source)
  if (syntax !== undefined)
    return invalid(`is not valid: ${syntax}`, 'a pattern as of ECMA-262, with the u flag')
  try {
    const { instructions } = compilePattern(source)
    if (instructions <= MAX_INSTRUCTIONS) return undefined
    return unavailable('is too large for matching in linear time', 'smaller counts in braces')
  } catch (error) {
    if (error instanceof UnsupportedPattern) {
      return unavailable(`has ${error.message}, which cannot be matched in linear time`, error.expected)
    }
    if (error instanceof RE2JSException) return unavailable(refusal(error.message), 'another way to say it')
    throw error
  }
}

/** What the platform says of a malformed pattern. It is parsed only, never run. */
function syntaxProblem(source: string): string | undefined {
  try {
    new RegExp(source, 'u')
    return undefined
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replace(/^Invalid regular expression: /, '')
  }
}

/** What the linear engine lacks, from what it says. */
function refusal(message: string): string {
  if (message.includes('repeat count')) return 'has a count in braces above 1000, alone or multiplied'
  return `cannot be matched in linear time: ${message.replace(/^error parsing regexp: /, '')}`
}

function invalid(message: string, expected: string): PatternProblem {
  return { code: 'INVALID_FORMAT', message, expected }
}

function unavailable(message: string, expected: string): PatternProblem {
  return { code: 'NOT_AVAILABLE', message, expected }
}
