import { isOperator, type WrittenCall, writtenCall } from '../../../expression/lint/parts.ts'
import { resultOf } from '../../../expression/lint/result-of.ts'
import { excerpt } from '../../../std/excerpt.ts'
import type { Json } from '../../../std/json.ts'
import { mapping } from '../example-steps.ts'
import { readsLikeVariable } from '../reads-like-variable.ts'
import type { WorkflowRule } from '../subject.ts'

const WORD = /^[a-z]/
/** Operators that read: a constant call of them is not constant. */
const READERS = ['var', 'val', 'exists', 'missing', 'missing_some']
/** Operators of which a constant call makes sense. */
const CONSTANTS = ['now', 'datetime', 'timestamp', 'throw']

export const literalOperator: WorkflowRule = {
  name: 'literal-operator',
  summary:
    'An object that looks like data is a call: an object with one key is evaluated when the key is the name of an ' +
    'operator (`type`, `length`, `max`, `filter`, ...). With a second key it is data.',
  example: {
    wrong: { tasks: [mapping('data.shipping', { type: 'express' })] },
    at: 'tasks[0].function.input.mappings[0].logic.type',
    right: { tasks: [mapping('data.shipping.type', 'express')] },
  },
  *check({ expressions, needs }) {
    for (const expression of expressions) {
      yield undefined
      for (const { path, value } of expression.parts) {
        const call = writtenCall(value)
        if (call === undefined || !WORD.test(call.name) || !isOperator(call.name)) continue
        if (READERS.includes(call.name) || !call.args.every(isData)) continue
        const result = resultOf(value, null, needs.limits)
        if (!looksLikeData(call, result)) continue
        const gives = result === undefined ? 'fails' : `gives ${excerpt(shown(result))}`
        yield {
          path: `${path}.${call.name}`,
          message: `"${call.name}" is an operator, so this is evaluated and always ${gives}`,
          expected: `an object with more keys than "${call.name}", or a mapping whose path ends in "${call.name}"`,
        }
      }
    }
  },
}

/** One argument without brackets is how data is written; a list of arguments is data when it makes no sense as a call. */
function looksLikeData({ name, list }: WrittenCall, result: Json | undefined): boolean {
  return result === undefined ? name !== 'throw' : !list && !CONSTANTS.includes(name)
}

function isData(value: Json): boolean {
  return (typeof value !== 'object' || value === null) && !readsLikeVariable(value)
}

function shown(value: Json): string {
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}
