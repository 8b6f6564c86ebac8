import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'

/** A step as it is written, whether or not it would be accepted. */
export interface Step {
  readonly path: string
  readonly written: JsonObject
  /** Of a task. */
  readonly call: Call | undefined
  /** Of a group. */
  readonly members: readonly Step[]
}

export interface Call {
  readonly name: string
  readonly input: JsonObject
  readonly inputPath: string
}

/** The steps of a list; what is no object is left out. */
export function readSteps(list: Json | undefined, path: string): Step[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((step, at) => (isObject(step) ? [readStep(step, `${path}[${at}]`)] : []))
}

function readStep(written: JsonObject, path: string): Step {
  return {
    path,
    written,
    call: readCall(written, path),
    members: readSteps(own(written, 'tasks'), `${path}.tasks`),
  }
}

function readCall(written: JsonObject, path: string): Call | undefined {
  const called = own(written, 'function')
  const name = isObject(called) ? own(called, 'name') : undefined
  if (!isObject(called) || typeof name !== 'string') return undefined
  const input = own(called, 'input')
  return { name, input: isObject(input) ? input : {}, inputPath: `${path}.function.input` }
}

/** Every step, a group before its members. */
export function* everyStep(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step
    yield* everyStep(step.members)
  }
}
