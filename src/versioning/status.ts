import { type Static, Type } from '@sinclair/typebox'

/** Life of one version of a definition: draft -> active -> archived. */
export const Status = Type.Union([Type.Literal('draft'), Type.Literal('active'), Type.Literal('archived')], {
  description: 'State of this version',
})
export type Status = Static<typeof Status>
