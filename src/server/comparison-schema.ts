import { Type } from '@sinclair/typebox'

/** How a comparison of many runs is told. */
export const ComparisonSchema = Type.Object({
  version: Type.Integer({ description: 'The version that is tried' }),
  compared: Type.Integer({ description: 'Runs whose results were compared' }),
  equal: Type.Integer({ description: 'Of these, runs in which nothing differs' }),
  not_comparable: Type.Integer({
    description:
      'Runs that say nothing: they needed the answer of a call that did not happen, were cut short by a deadline or a ' +
      'budget, or not all that the version looks at is known',
  }),
  fields: Type.Array(
    Type.Object({
      path: Type.String({ description: 'Where in the answer: `data.order.flagged`' }),
      differences: Type.Integer({ description: 'Runs in which it differs' }),
      example: Type.Object(
        {
          trace_id: Type.String(),
          old: Type.Optional(Type.Unknown({ description: 'As it was answered; absent: there was none' })),
          new: Type.Optional(Type.Unknown({ description: 'As the version has it; absent: it has none' })),
        },
        { description: 'The first difference; secrets read `******`' },
      ),
    }),
    { description: 'What differs, most frequent first' },
  ),
  more_differences: Type.Optional(
    Type.Integer({ description: 'Differences in fields beyond those that are listed' }),
  ),
})
