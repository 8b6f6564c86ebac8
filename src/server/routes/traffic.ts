import { Type } from '@sinclair/typebox'
import type { DescribedRoute } from '../route.ts'

const Message = Type.Object(
  {
    data: Type.Unknown({ description: 'What the workflow works on; its payload' }),
    metadata: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'Keys for the workflow; what the server says of the request wins',
        },
      ),
    ),
  },
  { examples: [{ data: { order_id: 'ORD-9182', total: 25_000 } }] },
)

const Answer = Type.Object({
  id: Type.String({ description: 'Id of the run and of its trace' }),
  status: Type.Literal('ok'),
  data: Type.Unknown({ description: 'What the workflow wrote under `data`' }),
  errors: Type.Array(Type.Object({}, { additionalProperties: true }), {
    description: 'Failures of tasks that the workflow went on after',
  }),
})

/** The data plane answers in front of the router; this is what the document says of it. */
export const trafficDoc: DescribedRoute = {
  method: 'POST',
  path: '/api/v1/data/{channel}',
  operationId: 'send',
  tag: 'Data',
  summary: 'Send a message to a channel and wait for the answer',
  description:
    'A channel is reached by its route (any depth, any of its methods) or by its name. Without a body `data` is `{}`. ' +
    'With `request.body_mode` a channel takes other bodies; with `response` its workflow sets status, headers and body, ' +
    'and errors have bodies of its own.',
  body: Message,
  answers: { 200: { description: 'The workflow has run', schema: Answer } },
  errors: [
    'BAD_REQUEST',
    'VALIDATION_ERROR',
    'NUMBER_OUT_OF_RANGE',
    'UNAUTHORIZED',
    'FORBIDDEN',
    'NOT_FOUND',
    'METHOD_NOT_ALLOWED',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'IDEMPOTENCY_KEY_REUSED',
    'RATE_LIMITED',
    'ENGINE_ERROR',
    'RESPONSE_TOO_LARGE',
    'SERVICE_UNAVAILABLE',
    'TIMEOUT',
    'INTERNAL_ERROR',
  ],
}
