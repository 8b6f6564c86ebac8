import type { TSchema } from '@sinclair/typebox'

/** What the schema asks for, in words: "a string", "an integer from 1 to 100", "one of GET, POST". */
export function expectation(schema: TSchema): string {
  const choices = literals(schema)
  if (choices) return choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(', ')}`
  if (typeof schema.expected === 'string') return schema.expected
  if (schema.type === 'integer' || schema.type === 'number') return numberExpectation(schema)
  if (schema.type === 'array') return 'an array'
  if (schema.type === 'object') return 'an object'
  if (schema.type === 'string') return schema.minLength ? 'a non-empty string' : 'a string'
  if (schema.type === 'boolean') return 'true or false'
  const members = membersOf(schema)
  if (members.length > 0) return [...new Set(members.map(expectation))].join(' or ')
  return 'a valid value'
}

function numberExpectation(schema: TSchema): string {
  const noun = schema.type === 'integer' ? 'an integer' : 'a number'
  const { minimum, maximum } = schema
  if (minimum !== undefined && maximum !== undefined) return `${noun} from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `${noun} of at least ${minimum}`
  if (maximum !== undefined) return `${noun} of at most ${maximum}`
  return noun
}

/** The texts that a schema of constants allows; undefined when it is something else. */
export function literals(schema: TSchema): string[] | undefined {
  if (typeof schema.const === 'string') return [schema.const]
  const values = membersOf(schema).map((member): unknown => member.const)
  if (values.length === 0) return undefined
  return values.every((value): value is string => typeof value === 'string') ? values : undefined
}

/** The members of a union, without null. */
export function membersOf(schema: TSchema): TSchema[] {
  if (!Array.isArray(schema.anyOf)) return []
  return schema.anyOf.filter((member: TSchema) => member.type !== 'null')
}
