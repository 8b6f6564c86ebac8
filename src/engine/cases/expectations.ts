import { excerpt } from '../../std/excerpt.ts'
import { type Json, type JsonObject, setOwn } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'
import type { Case, ExpectedError } from '../../workflow/cases/definition.ts'
import { pathSteps, valueAt } from '../../workflow/cases/expected-path.ts'
import type { ErrorEntry } from '../message.ts'
import type { StubbedCall } from '../stubs.ts'
import { differencesBetween, fits } from './differences.ts'
import { targetOf } from './stub-answers.ts'
import type { CaseRun } from './workflow-cases.ts'

/** One thing that came otherwise than the case has it. */
export interface CaseFailure {
  /** Where the case says so: `expect.data.order.tier`; a path that it does not have is where it would stand. */
  readonly path: string
  readonly message: string
  /** Undefined where nothing was expected. */
  readonly expected?: Json | undefined
  /** Undefined where nothing came. */
  readonly got?: Json | undefined
}

/** What a run did not do as its case has it; a call without a stub stands alone, because the rest follows from it. */
export function failuresOf(expected: Case, run: CaseRun): CaseFailure[] {
  if (run.unanswered.length > 0) return missingStubs(run.unanswered)
  return [
    ...errorFailures(expected.expect_errors ?? [], errorsOf(run)),
    ...valueFailures(expected.expect ?? {}, run),
    ...taskFailures(expected.expect_tasks, run),
    ...callFailures(expected, run),
  ]
}

function missingStubs(calls: readonly StubbedCall[]): CaseFailure[] {
  const told = new Map<string, CaseFailure>()
  for (const call of calls) {
    const { function: name, taskId, input } = call
    const target = targetOf(call)
    const of = target === undefined ? '' : ` of "${target}"`
    const key = innerPath(innerPath('stubs', name), target ?? '*')
    const message = `no stub answers the call of ${name}${of} by task "${taskId}"; it would be at ${key} or stubs.${taskId}`
    if (!told.has(message)) told.set(message, { path: key, message, got: input })
  }
  return [...told.values()]
}

/** Those of the message; a run that took too long leaves none there. */
function errorsOf({ message, outcome, timeoutMs }: CaseRun): readonly ErrorEntry[] {
  if (outcome.status !== 'timeout') return message.errors
  const timeout = { code: 'TIMEOUT', message: `The run took longer than ${timeoutMs} ms`, path: null }
  return [...message.errors, timeout]
}

function errorFailures(expected: readonly ExpectedError[], got: readonly ErrorEntry[]): CaseFailure[] {
  const failures: CaseFailure[] = []
  for (let at = 0; at < Math.max(expected.length, got.length); at++) {
    const wanted = expected[at]
    const came = got[at]
    const path = innerPath('expect_errors', at)
    if (wanted === undefined) {
      if (came !== undefined)
        failures.push({ path, message: `unexpected error ${errorText(came)}`, got: { ...came } })
      continue
    }
    const fields = typeof wanted === 'string' ? { code: wanted } : wanted
    if (came !== undefined && fits(fields, { ...came })) continue
    const message = came === undefined ? 'the error did not come' : `another error came: ${errorText(came)}`
    failures.push({ path, message, expected: wanted, got: came && { ...came } })
  }
  return failures
}

function errorText({ code, message }: ErrorEntry): string {
  return `${code}: ${excerpt(message)}`
}

function valueFailures(expected: JsonObject, run: CaseRun): CaseFailure[] {
  const paths = Object.entries(expected)
  if (paths.length === 0) return []
  const root = rootOf(run)
  return paths.flatMap(([path, value]) => {
    const steps = pathSteps(path)
    const differences = differencesBetween(value, steps && valueAt(root, steps), path, 'exact')
    // What is not written is told where the value begins: another path of the case may lead there, too.
    return differences.map(difference => ({
      path: innerPath('expect', difference.expected === undefined ? path : difference.path),
      message: `${difference.path} is not what was expected`,
      expected: difference.expected,
      got: difference.got,
    }))
  })
}

/** Everything that a path of `expect` may lead into. */
function rootOf({ message, calls }: CaseRun): JsonObject {
  const { data, metadata, temp_data } = message.context
  const byFunction: JsonObject = {}
  for (const [name, listed] of Map.groupBy(calls, call => call.function)) {
    setOwn(byFunction, name, listed.map(callShown))
  }
  return {
    data,
    metadata,
    temp_data,
    calls: byFunction,
    audit_trail: message.audit_trail.map(step => shown(step)),
  }
}

/** The input of a call, and which task made it. */
function callShown({ taskId, input }: StubbedCall): JsonObject {
  const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { input }
  return { ...fields, task_id: taskId }
}

function shown({ changes, ...step }: CaseRun['message']['audit_trail'][number]): JsonObject {
  return { ...step, changes: changes.map(change => ({ ...change })) }
}

function taskFailures(expected: readonly string[] | undefined, { message }: CaseRun): CaseFailure[] {
  if (expected === undefined) return []
  const got = message.audit_trail.map(({ task_id }) => task_id)
  const at = Array.from({ length: Math.max(expected.length, got.length) }, (_, index) => index).find(
    index => expected[index] !== got[index],
  )
  if (at === undefined) return []
  const message_ = taskText(expected[at], got[at])
  return [{ path: innerPath('expect_tasks', at), message: message_, expected: [...expected], got }]
}

function taskText(expected: string | undefined, got: string | undefined): string {
  if (got === undefined) return `task "${expected}" did not run`
  if (expected === undefined) return `task "${got}" ran, too`
  return `task "${got}" ran where "${expected}" was expected`
}

function callFailures({ expect_calls = {}, forbid_calls = [] }: Case, run: CaseRun): CaseFailure[] {
  const of = (name: string) => run.calls.filter(call => call.function === name).map(callShown)
  return [
    ...Object.entries(expect_calls).flatMap(([name, expected]) => expectedCalls(name, expected, of(name))),
    ...forbid_calls.flatMap((name, at) => {
      const got = of(name)
      const message = `${name} was called ${times(got.length)}, and must not be`
      return got.length === 0 ? [] : [{ path: innerPath('forbid_calls', at), message, got }]
    }),
  ]
}

function expectedCalls(name: string, expected: readonly JsonObject[], got: JsonObject[]): CaseFailure[] {
  const path = innerPath('expect_calls', name)
  if (expected.length !== got.length) {
    const message = `${name} was called ${times(got.length)}, and ${times(expected.length)} was expected`
    return [{ path, message, expected: [...expected], got }]
  }
  return expected.flatMap((subset, at) =>
    differencesBetween(subset, got[at], `calls.${name}[${at}]`, 'subset').map(difference => ({
      path: path + difference.path.slice(`calls.${name}`.length),
      message: `${difference.path} is not what was expected`,
      expected: difference.expected,
      got: difference.got,
    })),
  )
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
