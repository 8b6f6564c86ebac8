import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CONDITION_KEYWORD, LOGIC_KEYWORD, type LogicMode } from '../expression/logic.ts'
import { isObject, type Json } from '../std/json.ts'

/** An expression in the input of a task, and where it is. */
export interface LogicField {
  readonly path: string
  readonly rule: Json
  readonly mode: LogicMode
  /** Whether only exactly true counts. */
  readonly mustBeTrue: boolean
}

/** The expressions in `value`, found by following the schema; `path` is where `value` is. */
export function logicFields(schema: TSchema, value: Json, path: string): LogicField[] {
  const mode: unknown = schema[LOGIC_KEYWORD]
  if (mode === 'plain' || mode === 'template') {
    return [{ path, rule: value, mode, mustBeTrue: schema[CONDITION_KEYWORD] === true }]
  }
  if (Array.isArray(schema.anyOf)) {
    const member: TSchema | undefined = schema.anyOf.find((candidate: TSchema) =>
      Value.Check(candidate, value),
    )
    return member === undefined ? [] : logicFields(member, value, path)
  }
  if (Array.isArray(value)) {
    const items: TSchema | undefined = schema.items
    return items === undefined ? [] : value.flatMap((item, at) => logicFields(items, item, `${path}[${at}]`))
  }
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const schemaOfMember = memberSchema(schema, key)
    return schemaOfMember === undefined ? [] : logicFields(schemaOfMember, member, `${path}.${key}`)
  })
}

function memberSchema(schema: TSchema, key: string): TSchema | undefined {
  const named: TSchema | undefined = ownMember(schema.properties, key)
  if (named !== undefined) return named
  const pattern = Object.keys(schema.patternProperties ?? {}).find(source => new RegExp(source).test(key))
  return pattern === undefined ? undefined : schema.patternProperties[pattern]
}

function ownMember(members: Record<string, TSchema> | undefined, key: string): TSchema | undefined {
  return members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined
}
