import type { ErrorBodies } from '../channel/response/error-bodies.ts'
import { errorBody, type OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import { instantOf } from '../std/ids.ts'
import type { Json } from '../std/json.ts'

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
  /** What a task is given that called the channel, where its run was just now; undefined where the body alone has it. */
  readonly data?: Json
}

/** Who tells an error, and of which request. */
export interface Telling {
  readonly channel: { readonly name: string; readonly errorBodies: ErrorBodies | undefined }
  /** UUID v7 of the request; its time is the time stamp of the error, so that telling it again gives the same bytes. */
  readonly id: string
  readonly requestId: string
}

/** How an error of a channel is told: in its own words where it has some. */
export function errorAnswer(error: OrionError, { channel, id, requestId }: Telling): Answer {
  const { status, code, message, headers } = error
  const template = channel.errorBodies?.(status)
  const body = template?.render({
    status: String(status),
    code,
    message,
    request_id: requestId,
    channel: channel.name,
    timestamp: timestamp(instantOf(id)),
  })
  return {
    status,
    body: body ?? errorBody(error, requestId),
    contentType: template?.contentType,
    headers: headers === undefined ? undefined : Object.entries(headers),
    workflowVersion: null,
  }
}
