import type { TSchema } from '@sinclair/typebox'
import { LOGIC_KEYWORD } from '../../src/expression/logic.ts'
import { expectation } from '../../src/std/expectation.ts'

export const FIELD_HEAD = ['| field | type | required | meaning |', '| ----- | ---- | -------- | ------- |']

/** One row a field, those of nested objects and of items of arrays too: `mappings[].path`. */
export function fieldRows(schema: TSchema, prefix = ''): string[] {
  const properties: Record<string, TSchema> = schema.properties ?? {}
  const required: string[] = schema.required ?? []
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const cells = [`\`${path}\``, typeOf(field), required.includes(name) ? 'yes' : 'no', meaningOf(field)]
    const inner = field.type === 'array' ? fieldRows(field.items, `${path}[].`) : fieldRows(field, `${path}.`)
    return [`| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`, ...inner]
  })
}

function typeOf(schema: TSchema): string {
  return LOGIC_KEYWORD in schema ? 'logic' : expectation(schema).replace(/^an? /, '')
}

function meaningOf(schema: TSchema): string {
  const standard = schema.default === undefined ? '' : `Default: \`${JSON.stringify(schema.default)}\`.`
  return [sentence(schema.description ?? ''), standard].filter(part => part !== '').join(' ')
}

export function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}
