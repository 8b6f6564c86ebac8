import type { Detail } from '../../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import type { Place, Resource, SchemaDocument } from './document.ts'
import { keywordProblems } from './keyword-problems.ts'
import { itemPath, memberPath, pointerTo } from './paths.ts'
import { KEYWORDS, type Shape } from './vocabulary.ts'

const MAX_SCHEMAS = 10_000
const MAX_DEPTH = 256

/** The address of a document that gives itself none. */
const OWN_ADDRESS = 'orion:///request_schema'

/** Finds every schema of a document, and whatever is wrong with one by itself. */
export class DocumentReader implements SchemaDocument {
  readonly places = new Map<string, Place>()
  readonly resources = new Map<string, Resource>()
  readonly problems: Detail[] = []
  readonly source: Json
  readonly path: string
  /** The resource that the document is. */
  readonly root: Resource

  constructor(source: Json, path: string) {
    this.source = source
    this.path = path
    const unnamed = { uri: OWN_ADDRESS, pointer: '', anchors: new Map(), dynamicAnchors: new Map() }
    this.resources.set(OWN_ADDRESS, unnamed)
    this.visit(source, { pointer: '', path, resource: unnamed, depth: 0 })
    this.root = this.places.get('')?.resource ?? unnamed
  }

  /** Reads a schema, and all those in it. */
  visit(json: Json, spot: Spot): void {
    if (this.places.has(spot.pointer) || this.isTooLarge(spot)) return
    if (typeof json !== 'boolean' && !isObject(json)) {
      const message = 'must be a schema: an object, true or false'
      this.problems.push({ path: spot.path, code: 'TYPE_MISMATCH', message, expected: 'a schema' })
      return
    }
    const resource = isObject(json) ? this.resourceOf(json, spot) : spot.resource
    const place = { schema: json, pointer: spot.pointer, path: spot.path, resource }
    this.places.set(spot.pointer, place)
    if (!isObject(json)) return
    this.anchor(json, place)
    for (const [keyword, shape] of KEYWORDS) {
      const value = own(json, keyword)
      if (value === undefined) continue
      this.problems.push(...keywordProblems(keyword, shape, value, memberPath(spot.path, keyword)))
      this.descend(shape, value, into({ ...spot, resource }, keyword))
    }
  }

  private descend(shape: Shape, value: Json, spot: Spot): void {
    if (shape === 'schema') {
      this.visit(value, spot)
    } else if (shape === 'schemas' && Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.visit(item, into(spot, index))
    } else if ((shape === 'schema by name' || shape === 'schema by pattern') && isObject(value)) {
      for (const name of Object.keys(value)) this.visit(value[name] ?? null, into(spot, name))
    }
  }

  /** Says once that there is too much. */
  private isTooLarge({ path, depth }: Spot): boolean {
    if (this.places.size < MAX_SCHEMAS && depth <= MAX_DEPTH) return false
    const message =
      depth > MAX_DEPTH
        ? `nests schemas deeper than ${MAX_DEPTH} levels`
        : `holds more than ${MAX_SCHEMAS} schemas`
    const first = this.problems.every(problem => problem.code !== 'TOO_LONG')
    if (first) this.problems.push({ path: depth > MAX_DEPTH ? path : this.path, code: 'TOO_LONG', message })
    return true
  }

  /** The resource that a schema begins with its `$id`, else the one that it lies in. */
  private resourceOf(schema: JsonObject, spot: Spot): Resource {
    const id = own(schema, '$id')
    if (typeof id !== 'string') return spot.resource
    const uri = URL.parse(id, spot.resource.uri)
    if (uri === null) return spot.resource
    uri.hash = ''
    const resource = {
      uri: uri.href,
      pointer: spot.pointer,
      anchors: new Map(),
      dynamicAnchors: new Map(),
    }
    if (this.resources.has(uri.href)) {
      const message = `"$id" ${JSON.stringify(id)} is the address of two schemas`
      this.problems.push({ path: memberPath(spot.path, '$id'), code: 'DUPLICATE', message, got: id })
    } else {
      this.resources.set(uri.href, resource)
    }
    return resource
  }

  private anchor(schema: JsonObject, place: Place): void {
    const { anchors, dynamicAnchors } = place.resource
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const name = own(schema, keyword)
      if (typeof name !== 'string') continue
      const other = anchors.get(name)
      if (other !== undefined && other !== place) {
        const message = `"${keyword}" ${JSON.stringify(name)} is already at ${other.path}`
        this.problems.push({ path: memberPath(place.path, keyword), code: 'DUPLICATE', message, got: name })
      }
      anchors.set(name, place)
      if (keyword === '$dynamicAnchor') dynamicAnchors.set(name, place)
    }
  }
}

/** Where a schema lies. */
export interface Spot {
  readonly pointer: string
  readonly path: string
  readonly resource: Resource
  readonly depth: number
}

export function into(spot: Spot, token: string | number): Spot {
  return {
    pointer: pointerTo(spot.pointer, token),
    path: typeof token === 'number' ? itemPath(spot.path, token) : memberPath(spot.path, token),
    resource: spot.resource,
    depth: spot.depth + 1,
  }
}
