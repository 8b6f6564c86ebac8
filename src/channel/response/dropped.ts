import { excerpt } from '../../std/excerpt.ts'

/** Something that a workflow wrote for its answer and that the answer does not have. */
export interface Dropped {
  readonly code: string
  /** Names what was wrong, never its value: that may be a credential. */
  readonly message: string
  /** Dotted, from the root of the context. */
  readonly path: string
}

/** Where a workflow writes how it is answered. */
export const RESPONSE_PATH = 'data._orion.response'

/** More of them help nobody. */
const MAX_DROPPED = 50

/** What is dropped from one answer. */
export class DroppedList {
  readonly all: Dropped[] = []

  /** `place` is below the response: `headers.location`; empty is the response itself. */
  add(code: string, place: string, message: string): void {
    if (this.all.length >= MAX_DROPPED) return
    const below = place === '' ? '' : `.${excerpt(place)}`
    this.all.push({ code, message, path: `${RESPONSE_PATH}${below}` })
  }
}
