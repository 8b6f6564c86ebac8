import { Type } from '@sinclair/typebox'

const Item = Type.Array(Type.Union([Type.Integer(), Type.String()]), {
  description: 'Inside iterators: index or key of the item, outermost first',
})
const Path = Type.String({ description: 'Where in the rule: `and[1].>[0]`; empty for the whole of it' })
const Rule = Type.Unknown({ description: 'As it was written, long parts shortened' })
const Variables = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Values of the variables that were read',
})

/** How one rule came to its result. Values are shortened. */
export const ExplanationSchema = Type.Object(
  {
    expression: Rule,
    result: Type.Optional(Type.Unknown({ description: 'Absent when the rule failed' })),
    error: Type.Optional(Type.Object({ type: Type.String(), message: Type.String(), path: Path })),
    because: Type.Optional(
      Type.String({
        description: 'Why it is not true, or failed: `data.total > 100 is false: data.total is 9`',
      }),
    ),
    decided_by: Type.Optional(
      Type.Object(
        {
          path: Path,
          expression: Rule,
          result: Type.Optional(Type.Unknown()),
          operands: Type.Optional(
            Type.Array(Type.Object({ expression: Rule, value: Type.Unknown() }), {
              description: 'What was compared or looked at',
            }),
          ),
          item: Type.Optional(Item),
          each: Type.Optional(
            Type.Array(Type.Unknown(), { description: 'All operands that decided together' }),
          ),
        },
        { description: 'The operand because of which the rule is not true' },
      ),
    ),
    variables: Variables,
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          path: Path,
          expression: Rule,
          result: Type.Optional(Type.Unknown()),
          error: Type.Optional(Type.Object({ type: Type.String(), message: Type.String() })),
          item: Type.Optional(Item),
          variables: Type.Optional(Variables),
        }),
        { description: 'The operators within, in the order in which they were evaluated' },
      ),
    ),
    steps_omitted: Type.Optional(Type.Integer({ description: 'Steps that are left out' })),
  },
  { description: 'How an expression came to its result' },
)
