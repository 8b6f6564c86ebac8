import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Detail, validationError } from '../errors.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { CompileContext, FunctionDescriptor, Task } from './functions-api.ts'

interface Definition<Input extends TSchema>
  extends Omit<FunctionDescriptor, 'input' | 'problems' | 'compile'> {
  readonly input: Input
  /** What the schema cannot say of input that fits it. */
  readonly problems?: (input: Static<Input>) => readonly Detail[]
  readonly compile: (input: Static<Input>, context: CompileContext) => Task
}

/** A descriptor whose `compile` sees only input that fits its schema and has no other problems. */
export function defineFunction<Input extends TSchema>(definition: Definition<Input>): FunctionDescriptor {
  const { input: schema, problems = none } = definition
  return {
    ...definition,
    problems: input => (Value.Check(schema, input) ? problems(input) : schemaProblems(schema, input)),
    compile(input, context) {
      if (!Value.Check(schema, input)) throw validationError(schemaProblems(schema, input))
      const found = problems(input)
      if (found.length > 0) throw validationError(found)
      return definition.compile(input, context)
    },
  }
}

function none(): readonly Detail[] {
  return []
}
