import { outerPath } from '../../std/json-positions.ts'
import { everyStep } from './steps.ts'
import type { FlowEvent, Subject, WriteEvent } from './subject.ts'
import { Written } from './written.ts'

/** A part of the request that a workflow reads, and where it does. */
export interface RequestRead {
  /** `metadata.headers.accept-language`, or `body.sku` of the payload. */
  readonly path: string
  readonly at: string
}

/**
 * What of its request a workflow reads for sure: below `metadata`, and in the payload by what a task brought into `data`.
 * What only goes to the log does not count, nor what may come from elsewhere.
 */
export function requestReads(subject: Subject): RequestRead[] {
  const { flow } = subject
  const isLogged = loggedPlaces(subject)
  const isWritten = writtenMetadata(flow)
  const copies = copiesOf(flow)
  return flow.flatMap(event => {
    if (event.kind === 'write' || isLogged(event.at)) return []
    const { path, at } = event
    if (path.startsWith('metadata.')) return isWritten(path) ? [] : [{ path, at }]
    const body = bodyPath(path, copies)
    return body === undefined ? [] : [{ path: body, at }]
  })
}

/** Tasks that write to a computed path, or do not tell, leave headers alone. */
function writtenMetadata(flow: readonly FlowEvent[]): (path: string) => boolean {
  const known = new Written()
  const all = new Written()
  for (const { kind, path } of flow) {
    if (kind !== 'write') continue
    all.add(path)
    if (path !== undefined) known.add(path)
  }
  return path => (path.startsWith('metadata.headers.') ? known : all).has(path)
}

/** Parts of the payload, by the place in `data` where nothing but them is. */
type Copies = ReadonlyMap<string, string>

/** What tasks that read the payload at their `source` write at their `target`. */
function copiesOf(flow: readonly FlowEvent[]): Copies {
  const shared = new Set([...overwriting(flow), ...overwriting(flow.toReversed())])
  const copies = new Map<string, string>()
  for (const [index, event] of flow.entries()) {
    const next = flow[index + 1]
    if (event.kind === 'write' || next?.kind !== 'write' || next.path === undefined || shared.has(next))
      continue
    const source = /^payload((?:\..+)?)$/s.exec(event.path)
    if (source !== null && outerPath(event.at) === outerPath(next.at)) copies.set(next.path, source[1] ?? '')
  }
  return copies
}

/** Writes to a place at, above or below one that an earlier event may have written. */
function overwriting(flow: readonly FlowEvent[]): WriteEvent[] {
  const written = new Written()
  const found: WriteEvent[] = []
  for (const event of flow) {
    if (event.kind !== 'write') continue
    if (event.path === undefined || written.has(event.path)) found.push(event)
    written.add(event.path)
  }
  return found
}

/** Names of a path beyond these are not looked at. */
const MAX_NAMES = 32

/** The path in the body of what is below a copy; undefined when it is not, or is the whole copy. */
function bodyPath(path: string, copies: Copies): string | undefined {
  const names = path.split('.', MAX_NAMES)
  for (let count = names.length - 1; count > 0; count--) {
    const from = copies.get(names.slice(0, count).join('.'))
    if (from !== undefined) return `body${from}.${names.slice(count).join('.')}`
  }
  return undefined
}

function loggedPlaces({ setup, tasks }: Subject): (at: string) => boolean {
  const inputs = new Set<string>()
  for (const { call } of everyStep([...setup, ...tasks])) if (call?.name === 'log') inputs.add(call.inputPath)
  return at => inputs.has(at.slice(0, at.indexOf(INPUT) + INPUT.length))
}

const INPUT = '.function.input'
