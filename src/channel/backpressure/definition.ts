import { type Static, Type } from '@sinclair/typebox'

const MaxConcurrent = Type.Integer({
  minimum: 0,
  maximum: 1_000_000,
  description: 'Runs side by side; 0 refuses every request',
})

/** How many runs a channel takes on at a time (contract 9). */
export const Backpressure = Type.Object(
  {
    max_concurrent: Type.Optional(MaxConcurrent),
    max_concurrent_per_node: Type.Optional(
      Type.Integer({ ...MaxConcurrent, description: 'Another name of `max_concurrent`' }),
    ),
    queue_depth: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        default: 0,
        description: 'Requests that may wait for their turn; one more is refused',
      }),
    ),
    queue_timeout_ms: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_600_000,
        default: 1000,
        description: 'Milliseconds that a request waits for its turn before it is refused',
      }),
    ),
  },
  { additionalProperties: false, description: 'Runs side by side; 503 above' },
)
export type Backpressure = Static<typeof Backpressure>
