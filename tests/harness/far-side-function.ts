import { Type } from '@sinclair/typebox'
import { callOver } from '../../src/engine/connector-task.ts'
import { defineFunction } from '../../src/engine/define-function.ts'
import type { FunctionDescriptor } from '../../src/engine/functions-api.ts'

/** A function `far_side`, which calls over a cache connector and gets what `answer` makes of it. */
export function farSideFunction(answer: (signal: AbortSignal) => Promise<string>): FunctionDescriptor {
  return defineFunction({
    name: 'far_side',
    category: 'connector',
    summary: 'Asks a far side that a test makes up.',
    input: Type.Object({ connector: Type.String() }, { additionalProperties: false }),
    example: { input: { connector: 'c' }, data: {}, result: {} },
    retrySafety: 'read',
    compile: ({ connector }) => {
      const asked = { operation: 'read', isRepeatable: true }
      return async run => {
        await callOver(run, connector, 'cache', asked, (_client, signal) => answer(signal))
        return 200
      }
    },
  })
}
