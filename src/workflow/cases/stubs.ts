import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import { StubAnswer } from './definition.ts'

/** What answers calls. */
export interface Stub {
  /** From the top: one with `when` answers every call that it fits, one without answers one call. */
  readonly inTurn: boolean
  readonly answers: readonly StubAnswer[]
}

/** Stubs of one key: a function or a task. */
export interface KeyedStubs {
  /** What the key names; a name that could be both is that of the function. */
  readonly of: 'function' | 'task'
  /** For every call. */
  readonly whole: Stub | undefined
  /** For calls of a connector or a channel, by its name; `*` for those of all others. */
  readonly byTarget: ReadonlyMap<string, Stub>
}

export interface ReadStubs {
  readonly byKey: ReadonlyMap<string, KeyedStubs>
  /** Paths are those within the stubs. */
  readonly problems: readonly Detail[]
}

/** Reads `stubs`, or the document of a stubs file. */
export function readStubs(stubs: JsonObject, isFunction: (name: string) => boolean): ReadStubs {
  const byKey = new Map<string, KeyedStubs>()
  const problems: Detail[] = []
  for (const [key, value] of Object.entries(stubs)) {
    const isByTarget = isFunction(key) && isObject(value) && !hasAnswer(value)
    byKey.set(
      key,
      isByTarget ? targetsOf(value, key, problems) : wholeOf(value, key, isFunction(key), problems),
    )
  }
  return { byKey, problems }
}

function targetsOf(value: JsonObject, path: string, problems: Detail[]): KeyedStubs {
  const byTarget = new Map<string, Stub>()
  for (const [target, answer] of Object.entries(value)) {
    byTarget.set(target, stubOf(answer, innerPath(path, target), false, problems))
  }
  return { of: 'function', whole: undefined, byTarget }
}

function wholeOf(value: Json, path: string, isFunction: boolean, problems: Detail[]): KeyedStubs {
  return {
    of: isFunction ? 'function' : 'task',
    whole: stubOf(value, path, isFunction, problems),
    byTarget: new Map(),
  }
}

/** `isStrict`: what looks like an answer is one, even with unknown keys. */
function stubOf(value: Json, path: string, isStrict: boolean, problems: Detail[]): Stub {
  if (!isObject(value) || !hasAnswer(value) || !(isStrict || isWritten(value))) {
    return { inTurn: false, answers: [{ output: value }] }
  }
  const listed = own(value, 'answers')
  if (listed === undefined) return { inTurn: false, answers: answerOf(value, path, problems) }
  const others = Object.keys(value).filter(key => key !== 'answers')
  for (const key of others) {
    const message = `"${key}" does not go with "answers"; write it in each of them`
    problems.push({ path: innerPath(path, key), code: 'UNKNOWN_KEY', message, expected: '"answers" alone' })
  }
  const list = innerPath(path, 'answers')
  if (!Array.isArray(listed) || listed.length === 0) {
    const expected = 'a non-empty array of answers'
    problems.push({ path: list, code: 'TYPE_MISMATCH', message: `must be ${expected}`, expected })
    return { inTurn: true, answers: [] }
  }
  return {
    inTurn: true,
    answers: listed.flatMap((answer, at) => answerOf(answer, innerPath(list, at), problems)),
  }
}

function answerOf(value: Json, path: string, problems: Detail[]): StubAnswer[] {
  if (!Value.Check(StubAnswer, value)) {
    problems.push(...schemaProblems(StubAnswer, value, path))
    return []
  }
  if ((value.output === undefined) !== (value.error === undefined)) return [value]
  const expected = 'an object with "output" or "error"'
  problems.push({ path, code: 'REQUIRED', message: `must be ${expected}, and not both`, expected })
  return []
}

const ANSWERS = ['output', 'error', 'answers']
const KEYS: ReadonlySet<string> = new Set([...ANSWERS, 'when'])

function hasAnswer(value: JsonObject): boolean {
  return ANSWERS.some(key => Object.hasOwn(value, key))
}

/** Whether it has nothing but keys of an answer; an output may have any. */
function isWritten(value: JsonObject): boolean {
  return Object.hasOwn(value, 'when') || Object.keys(value).every(key => KEYS.has(key))
}
