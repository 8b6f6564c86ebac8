import { isSecretName, MASK, maskText } from '../../connector/secret-text.ts'
import { mayRead, type Reads } from '../../engine/reads.ts'
import { parseExactly } from '../../std/exact-values.ts'
import { isObject, type Json, type JsonObject, own, setOwn } from '../../std/json.ts'
import { isTooLarge } from '../../std/json-size.ts'

/** Characters that are kept of one run. */
const MAX_CHARS = 65_536

/** What a run writes itself, whatever the request was. */
const WRITTEN_BY_RUN = new Set(['channel', 'engine_version', 'progress', '_orion_errors'])

/** The whole of it is known. */
const ALL = '*'

/** `known` names what the workflow could look at; of that, `withheld` are paths that are not kept. */
interface Kept {
  readonly known: readonly string[]
  readonly withheld: readonly string[]
  readonly metadata: JsonObject
}

/** The names in `metadata` that a run with the same payload may need to go the same way; none for most workflows. */
export function metadataNeeds(reads: Reads): readonly string[] {
  if (reads === 'any') return [ALL]
  const names = new Set<string>()
  for (const path of reads) {
    const [root, name] = path.split('.', 2)
    if (root !== '' && root !== 'metadata') continue
    if (name === undefined || name === '') return [ALL]
    if (!WRITTEN_BY_RUN.has(name)) names.add(name)
  }
  return [...names]
}

/** What is kept with the trace of a run, as JSON text; `seen` is its metadata, without credentials of headers. */
export function keptMetadata(needs: readonly string[], seen: JsonObject): string {
  const wanted = needs.includes(ALL) ? Object.keys(seen) : needs.filter(name => Object.hasOwn(seen, name))
  const withheld: string[] = []
  const metadata: JsonObject = {}
  for (const name of wanted) {
    if (WRITTEN_BY_RUN.has(name)) continue
    const value = own(seen, name) ?? null
    const isHidden = name === 'cookies' || isTooLarge(value, MAX_CHARS)
    if (isHidden) withheld.push(name)
    else put(metadata, name, value, name, withheld)
  }
  const text = JSON.stringify({ known: needs, withheld, metadata })
  if (text.length <= MAX_CHARS) return text
  return JSON.stringify({ known: [], withheld: [], metadata: {} })
}

/** The metadata of a stored run, for a version that reads so much; undefined when not all of that is known. */
export function restoredMetadata(text: string | null, reads: Reads): JsonObject | undefined {
  const needs = metadataNeeds(reads)
  if (needs.length === 0) return {}
  const { known, withheld, metadata } = keptIn(text)
  const isKnown = known.includes(ALL) || needs.every(name => known.includes(name))
  if (!isKnown || withheld.some(path => mayRead(reads, `metadata.${path}`))) return undefined
  return metadata
}

/** Leaves out what is a secret. A value that the workflow saw masked is none. */
function put(object: JsonObject, name: string, value: Json, path: string, withheld: string[]): void {
  if (isSecretName(name) && value !== MASK) withheld.push(path)
  else if (typeof value === 'string') {
    if (maskText(value) === value) setOwn(object, name, value)
    else withheld.push(path)
  } else if (isObject(value)) {
    const copy: JsonObject = {}
    for (const key of Object.keys(value)) put(copy, key, own(value, key) ?? null, `${path}.${key}`, withheld)
    setOwn(object, name, copy)
  } else if (Array.isArray(value)) {
    const probe: JsonObject = {}
    const before = withheld.length
    for (const item of value) put(probe, '', item, path, withheld)
    if (withheld.length === before) setOwn(object, name, value)
    else withheld.splice(before, withheld.length, path)
  } else setOwn(object, name, value)
}

function keptIn(text: string | null): Kept {
  const kept = text === null ? undefined : parseExactly(text)
  if (!isObject(kept)) return { known: [], withheld: [], metadata: {} }
  const metadata = own(kept, 'metadata')
  return {
    known: texts(own(kept, 'known')),
    withheld: texts(own(kept, 'withheld')),
    metadata: isObject(metadata) ? metadata : {},
  }
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
