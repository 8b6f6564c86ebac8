import type { TSchema } from '@sinclair/typebox'
import { expectation } from '../std/expectation.ts'

type Typed = { value: unknown } | { expected: string }

/**
 * What a text means for a key: `true` and `false`; decimal integers; numbers; names in either case; lists separated by
 * commas, their items trimmed; a list of tables as `topic=channel,topic=channel`. Other texts stand for themselves.
 */
export function typedText(schema: TSchema, text: string): Typed {
  if (schema.type === 'boolean') return only(schema, /^(?:true|false)$/.test(text), text === 'true')
  if (schema.type === 'integer') return only(schema, /^\+?\d+$/.test(text), Number(text))
  if (schema.type === 'number') return only(schema, NUMBER.test(text), Number(text))
  if (schema.type === 'array') return listOf(schema, text)
  if (schema.anyOf !== undefined) return { value: text.toLowerCase() }
  return { value: text }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

function only(schema: TSchema, fits: boolean, value: unknown): Typed {
  return fits ? { value } : { expected: expectation(schema) }
}

function listOf(schema: TSchema, text: string): Typed {
  const all = text.trim() === '' ? [] : text.split(',').map(item => item.trim())
  const items = schema.keepEmptyItems === true ? all : all.filter(item => item !== '')
  if (schema.items.type !== 'object') return { value: items }
  const names = Object.keys(schema.items.properties)
  const rows = items.map(item => item.split('=').map(part => part.trim()))
  if (rows.some(row => row.length !== names.length)) {
    return { expected: `${names.join('=')}, separated by commas` }
  }
  return { value: rows.map(row => Object.fromEntries(names.map((name, index) => [name, row[index]]))) }
}
