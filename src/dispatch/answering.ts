import type { ResponseConfig } from '../channel/response/definition.ts'
import { type ShapeRules, shapeRules } from '../channel/response/written-response.ts'

/** How a channel answers when it is not with the envelope. */
export interface Answering {
  /** What its workflow may say of the answer; undefined is nothing. */
  readonly rules: ShapeRules | undefined
  /** Whether an answer of which the workflow says nothing is its `data` alone. */
  readonly dataAlone: boolean
}

/** Undefined is the envelope, always. */
export function openAnswering(response: ResponseConfig | undefined): Answering | undefined {
  const rules = response?.mode === 'shaped' ? shapeRules(response) : undefined
  const dataAlone = response?.body === 'data'
  return rules === undefined && !dataAlone ? undefined : { rules, dataAlone }
}
