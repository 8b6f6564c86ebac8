import type { Detail } from '../../errors.ts'
import { isObject, type Json, own } from '../../std/json.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import type { Place, Resource } from './document.ts'
import { glimpse, spelled } from './glimpse.ts'
import { memberPath, pointerTo, pointerTokens } from './paths.ts'
import { type DocumentReader, into, type Spot } from './read-document.ts'

export const REFERENCES = ['$ref', '$dynamicRef'] as const
export type ReferenceKeyword = (typeof REFERENCES)[number]

/** Where the references of a document lead, by the pointer of the keyword. */
export type References = ReadonlyMap<string, Place>

/** Names that a reference without a target is compared with; more would take long. */
const MAX_COMPARED = 500

/** Follows every reference; one that leads nowhere, or out of the document, is a problem. */
export function resolveReferences(reader: DocumentReader): References {
  const references = new Map<string, Place>()
  // A target in a place that no keyword knows is read when it is met, and so joins the places of this loop.
  for (const place of reader.places.values()) {
    for (const keyword of REFERENCES) {
      const reference = isObject(place.schema) ? own(place.schema, keyword) : undefined
      if (typeof reference !== 'string') continue
      const target = follow(reader, place, reference)
      if ('place' in target) references.set(pointerTo(place.pointer, keyword), target.place)
      else reader.problems.push(problem(reader, memberPath(place.path, keyword), reference, target))
    }
  }
  return references
}

interface Failure {
  readonly code: 'INVALID_FORMAT' | 'NOT_AVAILABLE'
  readonly reason: string
}
const MALFORMED: Failure = { code: 'INVALID_FORMAT', reason: 'is no reference' }
const NOWHERE: Failure = { code: 'INVALID_FORMAT', reason: 'leads nowhere' }
const ELSEWHERE: Failure = {
  code: 'NOT_AVAILABLE',
  reason: 'leads to another document, and references are followed within the schema only',
}

function follow(reader: DocumentReader, from: Place, reference: string): { place: Place } | Failure {
  const uri = URL.parse(reference, from.resource.uri)
  if (uri === null) return MALFORMED
  const fragment = decoded(uri.hash.slice(1))
  uri.hash = ''
  const resource = reader.resources.get(uri.href)
  if (resource === undefined) return ELSEWHERE
  if (fragment === undefined) return MALFORMED
  const isPointer = fragment === '' || fragment.startsWith('/')
  const place = isPointer ? placeAt(reader, resource, fragment) : resource.anchors.get(fragment)
  return place === undefined ? NOWHERE : { place }
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return undefined
  }
}

function placeAt(reader: DocumentReader, resource: Resource, fragment: string): Place | undefined {
  const known = reader.places.get(resource.pointer + fragment)
  if (known !== undefined) return known
  const tokens = pointerTokens(resource.pointer + fragment)
  let json: Json | undefined = reader.source
  let spot: Spot = { pointer: '', path: reader.path, resource, depth: 0 }
  for (const token of tokens) {
    const isItem: boolean = Array.isArray(json)
    json = step(json, token)
    if (json === undefined) return undefined
    const place = reader.places.get(pointerTo(spot.pointer, token))
    const next = into(spot, isItem ? Number(token) : token)
    spot = { ...next, resource: place?.resource ?? spot.resource }
  }
  if (typeof json !== 'boolean' && !isObject(json)) return undefined
  reader.visit(json, spot)
  return reader.places.get(spot.pointer)
}

function step(json: Json, token: string): Json | undefined {
  if (Array.isArray(json)) return /^(?:0|[1-9]\d{0,8})$/.test(token) ? json[Number(token)] : undefined
  return isObject(json) ? own(json, token) : undefined
}

function problem(reader: DocumentReader, path: string, reference: string, failure: Failure): Detail {
  const places = [...reader.places].slice(1, MAX_COMPARED)
  const known = places.flatMap(([pointer, { resource }]) => [pointer, ...resource.anchors.keys()])
  const near = failure === NOWHERE && reference.length <= 200
  const { hint, field } = near
    ? didYouMean(
        reference,
        known.map(name => `#${name}`),
      )
    : { hint: '', field: {} }
  return {
    path,
    code: failure.code,
    message: `Reference ${spelled(reference)} ${failure.reason}${hint}`,
    expected: 'a place in this schema, such as "#/$defs/name"',
    got: glimpse(reference),
    ...field,
  }
}
