import { type Static, Type } from '@sinclair/typebox'
import type { KeptAnswer } from './response-cache/store.ts'

/** An answer as it is written, as JSON, to a store outside of this process. */
export const WrittenAnswer = Type.Object({
  status: Type.Integer(),
  body: Type.String(),
  contentType: Type.Optional(Type.String()),
  headers: Type.Optional(Type.Array(Type.Tuple([Type.String(), Type.String()]))),
  workflowVersion: Type.Union([Type.Integer(), Type.Null()]),
})

export function answerOf(written: Static<typeof WrittenAnswer>): KeptAnswer {
  const { status, body, contentType, headers, workflowVersion } = written
  return { status, body, contentType, headers, workflowVersion }
}
