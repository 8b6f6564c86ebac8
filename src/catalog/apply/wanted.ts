import type { Detail } from '../../errors.ts'
import { excerpt } from '../../std/excerpt.ts'
import { type Json, type JsonObject, own } from '../../std/json.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import type { Status } from '../../versioning/status.ts'
import { type Kind, kindOf } from '../lint.ts'

/** A definition as it shall be. */
export interface Wanted {
  /** Where it stands in the body: `definitions[3]`. */
  readonly path: string
  readonly kind: Kind
  /** Of a connector its name. */
  readonly id: string
  /** Connectors have none: they count as active. */
  readonly status: Status
  readonly document: JsonObject
}

/** The field by which definitions of a kind are told apart. */
const NAMED_BY = { workflow: 'workflow_id', channel: 'channel_id', connector: 'name' } as const

const KINDS = ['workflow', 'channel', 'connector'] as const
const STATUSES = ['active', 'draft', 'archived'] as const

/** What the elements of a list declare; their contents are not looked at. */
export function readWanted(definitions: readonly JsonObject[]): { wanted: Wanted[]; problems: Detail[] } {
  const wanted = new Map<string, Wanted>()
  const problems: Detail[] = []
  for (const [at, document] of definitions.entries()) {
    const path = `definitions[${at}]`
    const read = readOne(document, path)
    problems.push(...read.problems)
    if (read.wanted === undefined) continue
    const key = `${read.wanted.kind} ${read.wanted.id}`
    const other = wanted.get(key)
    if (other === undefined) wanted.set(key, read.wanted)
    else problems.push(declaredTwice(read.wanted, other))
  }
  return { wanted: [...wanted.values()], problems }
}

interface ReadOne {
  readonly wanted?: Wanted
  readonly problems: readonly Detail[]
}

function readOne(document: JsonObject, path: string): ReadOne {
  const kind = kindAsked(document, path)
  if (typeof kind !== 'string') return { problems: [kind] }
  const field = NAMED_BY[kind]
  const id = own(document, field)
  const status = kind === 'connector' ? 'active' : statusAsked(own(document, 'status'), path)
  const problems = [
    ...(typeof id === 'string' ? [] : [unnamed(`${path}.${field}`, id)]),
    ...(typeof status === 'string' ? [] : [status]),
  ]
  if (typeof id !== 'string' || typeof status !== 'string') return { problems }
  return { wanted: { path, kind, id, status, document }, problems }
}

function kindAsked(document: JsonObject, path: string): Kind | Detail {
  const expected = `one of ${KINDS.join(', ')}`
  const given = own(document, 'kind') ?? kindOf(document)
  const known = KINDS.find(kind => kind === given)
  if (known !== undefined) return known
  const place = `${path}.kind`
  if (given === undefined) {
    const message = 'It is neither a workflow nor a channel nor a connector, and "kind" does not say which'
    return { path: place, code: 'REQUIRED', message, expected }
  }
  return unknownWord(place, 'kind', given, KINDS)
}

function statusAsked(given: Json | undefined, path: string): Status | Detail {
  if (given === undefined || given === null) return 'active'
  const known = STATUSES.find(status => status === given)
  return known ?? unknownWord(`${path}.status`, 'status', given, STATUSES)
}

function unknownWord(path: string, what: string, given: Json, known: readonly string[]): Detail {
  const expected = `one of ${known.join(', ')}`
  if (typeof given !== 'string') {
    return { path, code: 'TYPE_MISMATCH', message: `${what} must be a string`, expected }
  }
  const { hint, field } = didYouMean(given, known)
  const message = `'${excerpt(given)}' is no ${what}${hint}`
  return { path, code: 'INVALID_ENUM', message, expected, got: excerpt(given), ...field }
}

/** A made-up id would be another one each time. */
function unnamed(path: string, given: Json | undefined): Detail {
  const code = given === undefined || given === null ? 'REQUIRED' : 'TYPE_MISMATCH'
  return {
    path,
    code,
    message: 'A definition is applied by its name, which is missing',
    expected: 'a string',
  }
}

function declaredTwice({ path, kind, id }: Wanted, other: Wanted): Detail {
  const field = NAMED_BY[kind]
  const message = `${kind} '${excerpt(id)}' is declared by ${other.path}, too`
  return {
    path: `${path}.${field}`,
    code: 'DUPLICATE',
    message,
    expected: 'each definition once',
    got: excerpt(id),
  }
}
