import { isObject, type JsonObject, own } from '../../std/json.ts'
import { type Call, everyStep, readSteps, type Step } from './steps.ts'

/** A channel that a task calls by a name that is written, not computed. */
interface WrittenCall {
  readonly name: string
  /** Where the name is. */
  readonly path: string
}

export function writtenCalls(steps: readonly Step[]): WrittenCall[] {
  return [...everyStep(steps)].flatMap(({ call }) => writtenCall(call) ?? [])
}

/** Names of the channels that a workflow calls; it need not be right. */
export function calledChannels(workflow: JsonObject): string[] {
  const loop = own(workflow, 'loop')
  const setup = isObject(loop) ? readSteps(own(loop, 'setup'), 'loop.setup') : []
  const tasks = readSteps(own(workflow, 'tasks'), 'tasks')
  return writtenCalls([...setup, ...tasks]).map(({ name }) => name)
}

function writtenCall(call: Call | undefined): WrittenCall | undefined {
  if (call?.name !== 'channel_call') return undefined
  const field = own(call.input, 'channel_logic') === undefined ? 'channel' : 'channel_logic'
  const name = own(call.input, field)
  return typeof name === 'string' && name !== '' ? { name, path: `${call.inputPath}.${field}` } : undefined
}
