import { errorBody, type OrionError } from '../errors.ts'

/** A header of an answer; a name may come more than once. */
export type Header = readonly [name: string, value: string]

/** What a caller gets: the answer of a run, or one that was kept. */
export interface Answer {
  readonly status: number
  readonly body: string
  /** Undefined is JSON. */
  readonly contentType: string | undefined
  /** What the workflow set, lower-case names; `set-cookie` may be among them. */
  readonly headers: readonly Header[] | undefined
  /** Version of the workflow that answered; null when none ran. */
  readonly workflowVersion: number | null
}

/** How an error is told. */
export function errorAnswer(error: OrionError, requestId: string): Answer {
  return {
    status: error.status,
    body: errorBody(error, requestId),
    contentType: undefined,
    headers: error.headers === undefined ? undefined : Object.entries(error.headers),
    workflowVersion: null,
  }
}
