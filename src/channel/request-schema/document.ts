import type { JsonObject } from '../../std/json.ts'

/** One schema within the document. */
export interface Place {
  readonly schema: JsonObject | boolean
  /** JSON pointer from the root of the document; what the place is known by. */
  readonly pointer: string
  /** Dotted, for details. */
  readonly path: string
  readonly resource: Resource
}

/** A schema with an `$id`, or the root: what `#` means inside, and where its anchors are looked for. */
export interface Resource {
  /** Absolute, without a fragment. */
  readonly uri: string
  /** Where it lies in the document. */
  readonly pointer: string
  /** Both kinds of anchors. */
  readonly anchors: Map<string, Place>
  readonly dynamicAnchors: Map<string, Place>
}

/** All schemas of a document, by pointer and by address. */
export interface SchemaDocument {
  readonly places: Map<string, Place>
  readonly resources: Map<string, Resource>
}
