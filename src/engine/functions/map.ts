import { Type } from '@sinclair/typebox'
import type { Expression } from '../../expression/expression.ts'
import { Logic } from '../../expression/logic.ts'
import { snapshot } from '../context.ts'
import { defineFunction } from '../define-function.ts'
import { isRuleFailure, loggedReason } from '../engine-error.ts'
import type { RunContext } from '../functions-api.ts'
import { assign, compilePlace, type Place } from '../paths.ts'
import { exposesRoots } from '../reads.ts'

const Mapping = Type.Object(
  {
    path: Type.String({
      description: 'Where the result goes: `data.total`, `temp_data.items.0`, `metadata`',
    }),
    logic: Logic('What is written there; a null result writes nothing'),
  },
  { additionalProperties: false },
)

interface CompiledMapping {
  readonly place: Place
  readonly expression: Expression
  /** Whether the result may hold the context or one of its roots, which change in place. */
  readonly exposesRoots: boolean
}

export const map = defineFunction({
  name: 'map',
  category: 'data',
  summary:
    'Computes values and writes them into the context, one after another. Results for `data`, `metadata` and ' +
    '`temp_data` themselves are merged. A failing mapping is left out and the task ends with status 500.',
  input: Type.Object({ mappings: Type.Array(Mapping) }, { additionalProperties: false }),
  example: {
    data: { price: 20, quantity: 3 },
    input: {
      mappings: [{ path: 'data.total', logic: { '*': [{ var: 'data.price' }, { var: 'data.quantity' }] } }],
    },
    result: { price: 20, quantity: 3, total: 60 },
  },
  retrySafety: 'pure',
  compile({ mappings }, { logic, limits }) {
    const compiled = mappings.map(mapping => {
      const expression = logic(mapping.logic)
      return {
        place: compilePlace(mapping.path, limits.maxArrayPadding),
        expression,
        exposesRoots: exposesRoots(expression.reads),
      }
    })
    return run => {
      let failed = false
      for (const mapping of compiled) {
        if (!apply(mapping, run)) failed = true
      }
      return failed ? 500 : 200
    }
  },
})

/** False when the rule failed. */
function apply({ place, expression, exposesRoots }: CompiledMapping, run: RunContext): boolean {
  const { context } = run.message
  run.mappingContexts?.push(snapshot(context))
  try {
    const value = expression.evaluate(exposesRoots ? snapshot(context) : context, run.budget)
    if (value !== null) assign(run, place, value)
    return true
  } catch (error) {
    if (!isRuleFailure(error)) throw error
    if (run.log.enabled('debug'))
      run.log.write('debug', `The mapping to "${place.path}" failed: ${loggedReason(error)}`)
    return false
  }
}
