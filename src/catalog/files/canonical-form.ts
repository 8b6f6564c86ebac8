import type { TObject, TSchema } from '@sinclair/typebox'
import { normalizeChannel } from '../../channel/check.ts'
import { CreateChannel } from '../../channel/definition.ts'
import { normalizeConnector } from '../../connector/check.ts'
import { CreateConnector } from '../../connector/definition.ts'
import { type Json, type JsonObject, own, setOwn } from '../../std/json.ts'
import { layoutJson } from '../../std/json-layout.ts'
import { CreateWorkflow } from '../../workflow/definition.ts'
import type { Kind } from '../lint.ts'
import type { SchemaKind } from './schema/editor-schema.ts'

interface Form {
  readonly schema: TObject
  /** What may be written in several ways, in the one way in which it is stored. */
  normalize(definition: JsonObject): JsonObject
  /** Fields that only files have, and what leaving them out means. */
  readonly beside: Readonly<Record<string, Json>>
}

const FORMS: Readonly<Record<Kind, Form>> = {
  workflow: { schema: CreateWorkflow, normalize: same, beside: { status: 'active' } },
  channel: { schema: CreateChannel, normalize: normalizeChannel, beside: { status: 'active' } },
  connector: { schema: CreateConnector, normalize: normalizeConnector, beside: {} },
}

/** Where editors find the schema of a file of this kind: beside the folders of definitions. */
export function schemaReference(kind: SchemaKind): string {
  return `../schemas/${kind}.json`
}

/**
 * The one text of a definition in a file: `$schema` first, then the fields in the order of the kind's create schema,
 * then fields that it does not know as they come; fields that say what holds anyway are left out. Inner objects keep the
 * order of their keys. Ends with a line break. Reading the text and writing it again changes nothing.
 */
export function canonicalText(kind: Kind, definition: JsonObject): string {
  const { schema, normalize, beside } = FORMS[kind]
  const given = normalize(definition)
  const known = Object.keys(schema.properties)
  const others = Object.keys(given).filter(field => field !== '$schema' && !known.includes(field))
  const canonical: JsonObject = { $schema: schemaReference(kind) }
  for (const field of known) {
    const value = own(given, field)
    if (value !== undefined && !isImplied(schema, field, value)) setOwn(canonical, field, value)
  }
  for (const field of others) {
    const value = own(given, field) ?? null
    if (value !== own(beside, field)) setOwn(canonical, field, value)
  }
  return `${layoutJson(canonical)}\n`
}

function same(definition: JsonObject): JsonObject {
  return definition
}

/** Whether leaving the field out means the same. */
function isImplied({ properties, required = [] }: TObject, field: string, value: Json): boolean {
  if (required.includes(field)) return false
  return value === null || Bun.deepEquals(value, defaultOf(properties[field]), true)
}

/** Of the schema, or of what it may be beside null. */
function defaultOf(schema: TSchema | undefined): unknown {
  return schema?.default ?? schema?.anyOf?.find((member: TSchema) => member.default !== undefined)?.default
}
