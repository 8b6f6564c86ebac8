import { OUTCOME } from '../../../expression/outcomes.ts'
import { isObject, type Json, own } from '../../../std/json.ts'
import { mapping } from '../example-steps.ts'
import { type Call, everyStep } from '../steps.ts'
import type { Subject, WorkflowRule } from '../subject.ts'

export const replacesData: WorkflowRule = {
  name: 'replaces-data',
  summary:
    'A task replaces all of `data` (or of another root): its `output` is `data`, which is also what some functions do ' +
    'without an `output`, or a mapping writes something there that is no object and so cannot be merged.',
  example: {
    wrong: { tasks: [mapping('data', 'ready')] },
    at: 'tasks[0].function.input.mappings[0].path',
    right: { tasks: [mapping('data.state', 'ready')] },
  },
  *check(subject) {
    for (const { call } of everyStep([...subject.setup, ...subject.tasks])) {
      if (call === undefined) continue
      const field = outputField(call, subject)
      if (field !== undefined) {
        yield {
          path: `${call.inputPath}.${field}`,
          message: `the result of ${call.name} replaces all of data`,
          expected: `"${field}" with a place below data, such as "data.result"`,
        }
      }
    }
    yield* mappings(subject)
  },
}

/** Functions that put their result in place of `data` unless they are told where (contract 11.1). */
const BY_DEFAULT: ReadonlyMap<string, string> = new Map([
  ['db_read', 'output'],
  ['db_write', 'output'],
  ['cache_read', 'output'],
  ['mongo_read', 'output'],
])

/** The field that says, or lacks to say, where the result goes, when that is all of `data`. */
function outputField({ name, input }: Call, { needs }: Subject): string | undefined {
  const named = ['output', 'response_path'].find(field => own(input, field) !== undefined)
  if (named !== undefined) return own(input, named) === 'data' ? named : undefined
  const known: unknown = needs.functions.find(name)?.input.properties?.output?.default
  return known === 'data' ? 'output' : BY_DEFAULT.get(name)
}

const ROOTS = ['data', 'metadata', 'temp_data']

function* mappings({ setup, tasks, expressions }: Subject) {
  const outcomes = new Map(expressions.map(({ path, analysis }) => [path, analysis?.outcomes]))
  for (const { call } of everyStep([...setup, ...tasks])) {
    const list = call?.name === 'map' ? own(call.input, 'mappings') : undefined
    if (!Array.isArray(list) || call === undefined) continue
    for (const [at, mapping] of list.entries()) {
      const root =
        isObject(mapping) && (own(mapping, 'mode') ?? 'set') === 'set' ? own(mapping, 'path') : undefined
      const path = `${call.inputPath}.mappings[${at}]`
      if (!isRoot(root) || !replaces(outcomes.get(`${path}.logic`))) continue
      yield {
        path: `${path}.path`,
        message: `what is written is no object, so it replaces all of ${root}`,
        expected: `a place below it, such as "${root}.result"; an object would be merged`,
      }
    }
  }
}

function isRoot(path: Json | undefined): path is string {
  return typeof path === 'string' && ROOTS.includes(path)
}

function replaces(outcomes: number | undefined): boolean {
  if (outcomes === undefined || (outcomes & (OUTCOME.object | OUTCOME.unknown)) !== 0) return false
  return (outcomes & (OUTCOME.other | OUTCOME.true | OUTCOME.false)) !== 0
}
