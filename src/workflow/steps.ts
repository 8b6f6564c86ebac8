import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import type { Portions } from '../std/portions.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { Group, Loop, MAX_GROUP_DEPTH, MAX_STEPS, Task } from './definition.ts'
import { loopProblems } from './loop-rules.ts'
import { misplacedKeys } from './misplaced-keys.ts'

/** A task as it is written and where; `task` is undefined when its shape is wrong. */
export interface TaskStep {
  readonly kind: 'task'
  readonly path: string
  readonly written: JsonObject
  readonly task: Task | undefined
}

export interface GroupStep {
  readonly kind: 'group'
  readonly path: string
  readonly written: JsonObject
  readonly group: Group | undefined
  readonly steps: readonly Step[]
}

export type Step = TaskStep | GroupStep

/** The steps of a workflow as they are written. Without `problems`, each has its shape. */
export interface StepTree {
  /** Undefined when there is none, or when its shape is wrong. */
  readonly loop: Loop | undefined
  readonly setup: readonly Step[]
  readonly tasks: readonly Step[]
  readonly problems: readonly Detail[]
}

interface Walk {
  readonly ids: Set<string>
  readonly problems: Detail[]
  count: number
}

/** Reads steps and loop, which may be anything, step by step; what conditions and functions say of them is not looked at. */
export function* readSteps(
  tasks: Json | undefined,
  loop: Json | undefined,
  maxLoopIterations: number,
): Portions<StepTree> {
  const walk: Walk = { ids: new Set(), problems: [], count: 0 }
  const written = loop ?? undefined
  if (written !== undefined) walk.problems.push(...loopProblems(written, maxLoopIterations))
  const setup = isObject(written) ? (own(written, 'setup') ?? undefined) : undefined
  const tree = {
    setup: setup === undefined ? [] : yield* readList(setup, 'loop.setup', 1, walk),
    tasks: yield* readList(tasks, 'tasks', 1, walk),
  }
  if (walk.count > MAX_STEPS) walk.problems.push(tooMany())
  return {
    ...tree,
    loop: written !== undefined && Value.Check(Loop, written) ? written : undefined,
    problems: onePerPath(walk.problems),
  }
}

/** Every task and group, a group before what is in it. */
export function* everyStep(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step
    if (step.kind === 'group') yield* everyStep(step.steps)
  }
}

function* readList(steps: Json | undefined, path: string, depth: number, walk: Walk): Portions<Step[]> {
  if (!Array.isArray(steps) || steps.length === 0) {
    walk.problems.push(noSteps(steps, path))
    return []
  }
  const found: Step[] = []
  for (const [at, written] of steps.entries()) {
    walk.count++
    if (walk.count > MAX_STEPS) break
    const step = yield* readStep(written, `${path}[${at}]`, at, depth, walk)
    yield
    if (step !== undefined) found.push(step)
  }
  return found
}

function* readStep(
  written: Json,
  path: string,
  at: number,
  depth: number,
  walk: Walk,
): Portions<Step | undefined> {
  if (!isObject(written)) {
    walk.problems.push(...schemaProblems(Task, written, path))
    return undefined
  }
  const isGroup = Object.hasOwn(written, 'tasks')
  if (!isGroup) {
    const task = Value.Check(Task, written) ? written : undefined
    if (task === undefined) walk.problems.push(...taskShape(written, path, at))
    claimId(written, path, walk)
    return { kind: 'task', path, written, task }
  }
  const group = Value.Check(Group, written) ? written : undefined
  if (group === undefined) walk.problems.push(...groupShape(written, path, at))
  claimId(written, path, walk)
  return { kind: 'group', path, written, group, steps: yield* members(written, path, depth, walk) }
}

function* members(written: JsonObject, path: string, depth: number, walk: Walk): Portions<Step[]> {
  if (depth <= MAX_GROUP_DEPTH)
    return yield* readList(own(written, 'tasks'), `${path}.tasks`, depth + 1, walk)
  walk.problems.push({
    path: `${path}.tasks`,
    code: 'OUT_OF_RANGE',
    message: `Groups may stand in groups ${MAX_GROUP_DEPTH} deep; this one is deeper`,
    expected: `at most ${MAX_GROUP_DEPTH} groups in each other`,
  })
  return []
}

function taskShape(written: JsonObject, path: string, at: number): Detail[] {
  return [
    ...misplacedKeys(written, 'task', path),
    ...missingText(written, 'id', path, `Task at index ${at}`),
    ...missingText(written, 'name', path, `Task at index ${at}`),
    ...missingFunction(own(written, 'function'), path, at),
    ...shape(Task, written, path, `${path}.function.`),
  ]
}

function groupShape(written: JsonObject, path: string, at: number): Detail[] {
  return [
    ...misplacedKeys(written, 'group', path),
    ...missingText(written, 'id', path, `Group at index ${at}`),
    ...shape(Group, written, path, undefined),
  ]
}

/** What is missing is told in words of its own, but for what is missing below `below`. */
function shape(schema: TSchema, written: JsonObject, path: string, below: string | undefined): Detail[] {
  return schemaProblems(schema, written, path).filter(
    problem => problem.code !== 'REQUIRED' || (below !== undefined && problem.path.startsWith(below)),
  )
}

function missingText(written: JsonObject, key: string, path: string, step: string): Detail[] {
  const value = own(written, key)
  if (value !== undefined && value !== '') return []
  const message = `${step} is missing '${key}'`
  return [{ path: `${path}.${key}`, code: 'REQUIRED', message, expected: 'a non-empty string' }]
}

function missingFunction(call: Json | undefined, path: string, at: number): Detail[] {
  if (call !== undefined && !isObject(call)) return []
  const name = call === undefined ? undefined : own(call, 'name')
  if (name !== undefined && name !== '') return []
  const message = `Task at index ${at} is missing 'function.name'`
  return [{ path: `${path}.function.name`, code: 'REQUIRED', message, expected: 'the name of a function' }]
}

function claimId(written: JsonObject, path: string, { ids, problems }: Walk): void {
  const id = own(written, 'id')
  if (typeof id !== 'string' || id === '') return
  if (ids.has(id)) {
    problems.push({
      path: `${path}.id`,
      code: 'DUPLICATE',
      message: `Duplicate task id '${excerpt(id)}'`,
      expected: 'an id that no other task or group of the workflow has',
      got: excerpt(id),
    })
  }
  ids.add(id)
}

function noSteps(steps: Json | undefined, path: string): Detail {
  const code = steps === undefined ? 'REQUIRED' : Array.isArray(steps) ? 'OUT_OF_RANGE' : 'TYPE_MISMATCH'
  const what = path.endsWith('].tasks') ? 'Tasks of a group' : path === 'tasks' ? 'Tasks' : 'Setup'
  return { path, code, message: `${what} must be a non-empty array`, expected: 'a non-empty array' }
}

function tooMany(): Detail {
  return {
    path: 'tasks',
    code: 'TOO_LONG',
    message: `A workflow may have ${MAX_STEPS} tasks and groups, those in groups and in its setup included`,
    expected: `at most ${MAX_STEPS}`,
  }
}
