import { DroppedList } from './dropped.ts'
import { isHeaderValue } from './header-rules.ts'

/** A header of an answer; a name may come more than once. */
export type HeaderLine = readonly [name: string, value: string]

/** What proxies and clients take without complaint. */
const MAX_LINES = 64
const MAX_VALUE_CHARS = 8192
const MAX_CHARS = 16_384

/** The headers of one answer, as far as they may be sent. */
export class AnswerHead {
  contentType: string | undefined
  readonly lines: HeaderLine[] = []
  readonly dropped = new DroppedList()
  #chars = 0

  /** Sets a header if its value can be one and there is room; what cannot be is dropped. */
  add(name: string, value: string, place: string): void {
    if (!isHeaderValue(value)) {
      this.dropped.add(
        'INVALID_FORMAT',
        place,
        'the value holds a control character, or one that is not in latin1',
      )
    } else if (value.length > MAX_VALUE_CHARS) {
      this.dropped.add('TOO_LONG', place, `the value is longer than ${MAX_VALUE_CHARS} characters`)
    } else if (this.lines.length >= MAX_LINES || this.#chars + name.length + value.length > MAX_CHARS) {
      this.dropped.add(
        'TOO_LONG',
        place,
        `an answer has at most ${MAX_LINES} headers of a workflow, of ${MAX_CHARS} characters together`,
      )
    } else {
      this.#chars += name.length + value.length
      if (name === 'content-type') this.contentType = value
      else this.lines.push([name, value])
    }
  }
}
