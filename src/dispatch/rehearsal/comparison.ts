import { isSecretName, maskText } from '../../connector/secret-text.ts'
import type { Privacy } from '../../expression/explain/explanation.ts'
import { HIDDEN, shown } from '../../expression/explain/show.ts'
import type { Json } from '../../std/json.ts'
import { type Change, changesBetween } from '../../versioning/changes.ts'
import { isAtOrBelow, pathSegments } from './change-path.ts'
import type { KeptResult } from './kept-result.ts'
import { viewOf } from './result-view.ts'

/** What a version made otherwise than the one before it, over many runs. */
export interface ComparisonReport {
  /** Runs whose results were compared, equal ones included. */
  readonly compared: number
  readonly equal: number
  /** Runs that say nothing about the version. */
  readonly not_comparable: number
  /** Most frequent first. */
  readonly fields: readonly DifferingField[]
  /** Differences in fields that are not listed because there are too many; absent: none. */
  readonly more_differences?: number
}

interface DifferingField {
  readonly path: string
  /** Runs in which it differs. */
  readonly differences: number
  /** Its first difference, shortened and without secrets; a side that has no such field is left out. */
  readonly example: { readonly trace_id: string; readonly old?: Json; readonly new?: Json }
}

/** Both results of one request; `stubbed`: paths of the context that hold no answer of the new run. */
export interface Pair {
  readonly old: KeptResult
  readonly new: KeptResult
  readonly stubbed: readonly string[]
}

const MAX_FIELDS = 100
const MAX_PATH_CHARS = 200

/** Counts differences field by field; it stays small however many runs there are, and whatever they hold. */
export class Comparison {
  #equal = 0
  #different = 0
  #notComparable = 0
  #unlisted = 0
  readonly #fields = new Map<string, { differences: number; readonly example: DifferingField['example'] }>()

  add(pair: Pair): void {
    const changes = differences(pair)
    if (changes === undefined) this.#notComparable++
    else if (changes.length === 0) this.#equal++
    else this.#different++
    const paths = new Set<string>()
    for (const change of changes ?? []) {
      const path = shortened(change.path)
      if (paths.has(path)) continue
      paths.add(path)
      this.#count(path, change, pair.old.id)
    }
  }

  addNotComparable(): void {
    this.#notComparable++
  }

  report(): ComparisonReport {
    const fields = [...this.#fields].map(([path, field]) => ({ path, ...field }))
    fields.sort((a, b) => b.differences - a.differences || (a.path < b.path ? -1 : 1))
    return {
      compared: this.#equal + this.#different,
      equal: this.#equal,
      not_comparable: this.#notComparable,
      fields,
      ...(this.#unlisted > 0 && { more_differences: this.#unlisted }),
    }
  }

  #count(path: string, change: Change, traceId: string): void {
    const known = this.#fields.get(path)
    if (known !== undefined) known.differences++
    else if (this.#fields.size >= MAX_FIELDS) this.#unlisted++
    else this.#fields.set(path, { differences: 1, example: exampleOf(change, traceId) })
  }
}

/** Undefined when the results cannot be compared. */
function differences(pair: Pair): readonly Change[] | undefined {
  if (areSame(pair)) return []
  const [old, new_] = [viewOf(pair.old), viewOf(pair.new)]
  if (pair.stubbed.length > 0 && !(old.hasData && new_.hasData)) return undefined
  const stubbed = pair.stubbed.map(pathSegments)
  return changesBetween(old.value, new_.value).filter(
    ({ path }) => !stubbed.some(place => isAtOrBelow(pathSegments(path), place)),
  )
}

function areSame({ old, new: new_ }: Pair): boolean {
  return (
    old.status === new_.status &&
    old.result_json === new_.result_json &&
    old.error_message === new_.error_message &&
    old.answer_notes_json === new_.answer_notes_json
  )
}

function exampleOf({ path, ...change }: Change, trace_id: string): DifferingField['example'] {
  const isSecret = pathSegments(path).some(PRIVACY.hides)
  const show = (value: Json) => (isSecret ? HIDDEN : shown(value, PRIVACY))
  return {
    trace_id,
    ...(change.old !== undefined && { old: show(change.old) }),
    ...(change.new !== undefined && { new: show(change.new) }),
  }
}

const PRIVACY: Privacy = { hides: name => name === 'cookies' || isSecretName(name), text: maskText }

function shortened(path: string): string {
  return path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS).toWellFormed()}…` : path
}
