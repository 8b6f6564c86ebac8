import { isObject, type Json, own } from '../std/json.ts'
import { outputPlace } from './connector-task.ts'
import { EngineError } from './engine-error.ts'
import type { CompileContext, FunctionDescriptor, FunctionTable, Task } from './functions-api.ts'
import { assignNew } from './paths.ts'
import { hasEffect, retrySafetyOf } from './retry-safety.ts'
import { compileSeenInput } from './seen-input.ts'
import type { StubAnswer, StubbedCall } from './stubs.ts'

/** `writes`: what is neither pure nor only reads. `connectors`: those too whose functions go through a connector. */
export type Stubbed = 'writes' | 'connectors'

/**
 * The same functions, but for those whose calls the stubs of a run answer ({@link RunOptions.stubs}). Their inputs are
 * checked and compiled as ever. A call fails when its run has no stub for it.
 */
export function stubbedFunctions(table: FunctionTable, which: Stubbed): FunctionTable {
  const stubbed = new Map<string, FunctionDescriptor>()
  return {
    ...table,
    find(name) {
      const known = stubbed.get(name)
      if (known !== undefined) return known
      const descriptor = table.find(name)
      if (descriptor === undefined || !isStubbed(descriptor, which)) return descriptor
      const stub = stubOf(descriptor, which)
      stubbed.set(name, stub)
      return stub
    },
  }
}

function isStubbed({ retrySafety, category }: FunctionDescriptor, which: Stubbed): boolean {
  return (which === 'connectors' && category === 'connector') || hasEffect(retrySafety)
}

/** What a stub does is nothing that a second run would do again; a call that only reads happens, unless it may not. */
function stubOf(descriptor: FunctionDescriptor, which: Stubbed): FunctionDescriptor {
  const { retrySafetyOf: _, ...rest } = descriptor
  const isMade = (input: Json) =>
    !(which === 'connectors' && descriptor.category === 'connector') &&
    !hasEffect(retrySafetyOf(descriptor, input))
  return {
    ...rest,
    retrySafety: 'pure',
    compile(input, context) {
      if (isMade(input)) return descriptor.compile(input, context)
      const task = compileStub(descriptor, input, context)
      descriptor.compile(input, context)
      return task
    },
  }
}

function compileStub(descriptor: FunctionDescriptor, input: Json, context: CompileContext): Task {
  const { taskId } = context
  const seen = compileSeenInput(descriptor.input, input, context)
  const output = outputOf(input, descriptor)
  const place = output === undefined ? undefined : outputPlace(output, context.limits)
  return run => {
    const call: StubbedCall = { function: descriptor.name, taskId, input: seen(run), output }
    const answer = run.stubs?.answer(call)
    if (answer === undefined) throw noStub(call)
    if (answer === 'nothing') return 200
    const value = outputIn(answer)
    if (place !== undefined) assignNew(run, place, value)
    return 200
  }
}

/** Where connector functions put what they got: `output`, or `response_path`, or where they do unless told. */
function outputOf(input: Json, { input: schema }: FunctionDescriptor): string | undefined {
  if (!isObject(input)) return undefined
  const byDefault: unknown = schema.properties?.output?.default
  const path = own(input, 'output') ?? own(input, 'response_path') ?? byDefault
  return typeof path === 'string' ? path : undefined
}

function outputIn(answer: StubAnswer): Json {
  if ('output' in answer) return answer.output
  const { kind = 'FunctionExecution', message, code } = answer.error
  throw new EngineError(kind, message, code === undefined ? {} : { code })
}

function noStub({ function: name, taskId }: StubbedCall): EngineError {
  return new EngineError('Service', `There is no stub for ${name}, which task "${taskId}" calls`, {
    code: 'NO_STUB',
  })
}
