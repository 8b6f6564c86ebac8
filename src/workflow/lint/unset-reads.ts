import { nearestName } from '../../std/nearest-name.ts'
import type { ReadEvent, Subject, WriteEvent } from './subject.ts'
import { Written } from './written.ts'

/** A read of a place that nothing can have written by then: it gives null. */
export interface UnsetRead {
  readonly read: ReadEvent
  /** What writes the place, too late. */
  readonly later: WriteEvent | undefined
  /** The place that was probably meant. */
  readonly nearest: string | undefined
}

/** Roots that are empty when a workflow starts. */
const EMPTY_ROOTS = /^(?:data|temp_data)\../

/** More of them help nobody, and each is compared with everything that is written. */
const MAX_READS = 100

export function* unsetReads({ flow }: Subject): Generator<UnsetRead> {
  const everWritten = new Written()
  for (const { kind, path } of flow) if (kind === 'write') everWritten.add(path)
  const written = new Written()
  let found = 0
  for (const [at, event] of flow.entries()) {
    if (event.kind === 'write') {
      written.add(event.path)
    } else if (found < MAX_READS && EMPTY_ROOTS.test(event.path) && !written.has(event.path)) {
      found++
      const isWrittenLater = everWritten.has(event.path)
      const later = isWrittenLater && flow.find((other, index) => index > at && writes(other, event.path))
      yield {
        read: event,
        later: later && later.kind === 'write' ? later : undefined,
        nearest: nearestPath(event.path, written),
      }
    }
  }
}

/** Whether some task brings the payload in, from which everything else comes. */
export function readsPayload({ flow }: Subject): boolean {
  return flow.some(
    ({ kind, path }) => kind === 'read' && (path === 'payload' || path?.startsWith('payload.')),
  )
}

function writes(event: Subject['flow'][number], path: string): boolean {
  if (event.kind !== 'write' || event.path === undefined) return false
  return `${path}.`.startsWith(`${event.path}.`) || event.path.startsWith(`${path}.`)
}

/** Shorter names are near to too many others. */
const MIN_CHARACTERS = 3

/** The path with its beginning, as many names as a written path has, put right. */
function nearestPath(path: string, written: Written): string | undefined {
  const [root = '', ...names] = path.split('.')
  for (let count = Math.min(names.length, MAX_COUNT); count > 0; count--) {
    const beginning = names.slice(0, count).join('.')
    if (beginning.length < MIN_CHARACTERS || beginning.length > MAX_CHARACTERS) continue
    const nearest = nearestName(beginning, written.below(root, count))
    if (nearest !== undefined) return [root, nearest, ...names.slice(count)].join('.')
  }
  return undefined
}

const MAX_COUNT = 8
const MAX_CHARACTERS = 100
