import type { Json } from '../std/json.ts'
import type { FunctionDescriptor, RetrySafety } from './functions-api.ts'

/** Of one call: some functions do one thing or another, as their input says. */
export function retrySafetyOf(descriptor: FunctionDescriptor, input: Json): RetrySafety {
  return descriptor.retrySafetyOf?.(input) ?? descriptor.retrySafety
}

/** Whether it does something that a second call would do again. */
export function hasEffect(safety: RetrySafety): boolean {
  return safety !== 'pure' && safety !== 'read'
}
