import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { validationError } from '../../errors.ts'
import { explain } from '../../expression/explain/explain.ts'
import { type Explanation, jsonType } from '../../expression/explain/explanation.ts'
import type { ExpressionError, Limits } from '../../expression/expression.ts'
import type { Clock } from '../../std/clock.ts'
import type { Json } from '../../std/json.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import { adminErrors } from '../answers.ts'
import { ExplanationSchema } from '../explanation-schema.ts'
import { type Route, route } from '../route.ts'

const EvaluateExpression = Type.Object(
  {
    expression: Type.Unsafe<Json>(Type.Unknown({ description: 'A JSONLogic rule' })),
    data: Type.Optional(
      Type.Unsafe<Json>(Type.Unknown({ description: 'What it sees; an empty object when left out' })),
    ),
    mode: Type.Optional(
      Type.Union([Type.Literal('plain'), Type.Literal('template')], {
        default: 'plain',
        description:
          '`template`, as in workflows: an object of several keys, or of one that is no operator, is an output object',
      }),
    ),
    explain: Type.Optional(Type.Boolean({ default: false, description: 'Tell how the result came about' })),
  },
  { additionalProperties: false, description: 'An expression to try' },
)

const Evaluated = Type.Union([
  Type.Object({
    result: Type.Unknown(),
    type: Type.String({ enum: ['null', 'boolean', 'number', 'string', 'array', 'object'] }),
    explanation: Type.Optional(ExplanationSchema),
  }),
  Type.Object({
    error: Type.Object({
      type: Type.String({
        description: 'The thrown type, else the text of invalid arguments, else `Unknown Operator`',
      }),
      message: Type.String(),
      path: Type.String({ description: 'Where in the rule: `and[1].>[0]`; empty for the whole of it' }),
    }),
    explanation: Type.Optional(ExplanationSchema),
  }),
])

interface ExpressionNeeds {
  readonly limits: Limits
  readonly clock: Clock
}

export function expressionRoutes({ limits, clock }: ExpressionNeeds): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/admin/expressions/evaluate',
      operationId: 'evaluate_expression',
      tag: 'Authoring',
      summary: 'Evaluate a JSONLogic expression',
      description:
        'Nothing is stored. An evaluation that fails is an answer, too: 200 with `data.error`. An expression that does not compile is 400.',
      body: EvaluateExpression,
      answers: {
        200: { description: 'The result, or why there is none', schema: Type.Object({ data: Evaluated }) },
      },
      errors: adminErrors.compute,
      run: ({ body }) => {
        if (!Value.Check(EvaluateExpression, body)) {
          throw validationError(schemaProblems(EvaluateExpression, body))
        }
        return { status: 200, body: { data: evaluated(body, { limits, clock }) } }
      },
    }),
  ]
}

function evaluated(body: Static<typeof EvaluateExpression>, { limits, clock }: ExpressionNeeds) {
  const { expression, data = {}, mode = 'plain' } = body
  const attempt = explain(expression, data, { mode, limits, clock })
  if ('refused' in attempt) throw refusal(attempt.refused, attempt.path)
  const { outcome, explanation } = attempt
  const more = body.explain === true && { explanation }
  if ('value' in outcome) return { result: outcome.value, type: jsonType(outcome.value), ...more }
  return { error: errorOf(explanation, outcome.error), ...more }
}

function errorOf(explanation: Explanation, { type, message }: ExpressionError) {
  return { type, message, path: explanation.error?.path ?? '' }
}

/** The message names the type as well, whatever the kind of error. */
function refusal(error: ExpressionError, path: string): Error {
  const { type, message } = error
  const text = message.includes(type) ? message : `${type}: ${message}`
  return validationError([
    { path: path === '' ? 'expression' : `expression.${path}`, code: 'INVALID_LOGIC', message: text },
  ])
}
