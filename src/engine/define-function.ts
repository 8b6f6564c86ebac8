import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { validationError } from '../errors.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { CompileContext, FunctionDescriptor, Task } from './functions-api.ts'

interface Definition<Input extends TSchema> extends Omit<FunctionDescriptor, 'input' | 'compile'> {
  readonly input: Input
  readonly compile: (input: Static<Input>, context: CompileContext) => Task
}

/** A descriptor whose `compile` sees only input that fits its schema. */
export function defineFunction<Input extends TSchema>(definition: Definition<Input>): FunctionDescriptor {
  return {
    ...definition,
    compile(input, context) {
      if (!Value.Check(definition.input, input))
        throw validationError(schemaProblems(definition.input, input))
      return definition.compile(input, context)
    },
  }
}
