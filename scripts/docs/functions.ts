import type { TSchema } from '@sinclair/typebox'
import { builtInFunctions } from '../../src/engine/functions/index.ts'
import type { FunctionDescriptor } from '../../src/engine/functions-api.ts'
import { LOGIC_KEYWORD } from '../../src/expression/logic.ts'
import { expectation } from '../../src/std/expectation.ts'
import type { Json } from '../../src/std/json.ts'

const INTRODUCTION = `# Functions

Generated from \`src/engine/functions\` by \`bun run docs\`.

A task of a workflow names one function and its input: \`{"id", "name", "function": {"name", "input"}}\`. The request's
\`data\` is the payload, which only \`parse_json\` and \`parse_xml\` can read; everything else works on the context, whose
roots are \`data\`, \`metadata\` and \`temp_data\`. A field of type _logic_ holds a JSONLogic expression.`

/** The text of docs/functions.md. */
export function functionsDocument(): string {
  return `${[INTRODUCTION, ...builtInFunctions.map(functionSection)].join('\n\n')}\n`
}

function functionSection({ name, aliases, summary, input, example }: FunctionDescriptor): string {
  const also = aliases === undefined ? '' : ` Also named ${aliases.map(alias => `\`${alias}\``).join(', ')}.`
  const given = [
    ...(example.payload === undefined ? [] : [line('payload', example.payload)]),
    ...(example.data === undefined ? [] : [line('data', example.data)]),
  ]
  return [
    `## ${name}`,
    '',
    `${summary}${also}`,
    '',
    '| field | type | required | meaning |',
    '| ----- | ---- | -------- | ------- |',
    ...fieldRows(input, ''),
    '',
    '```',
    ...given,
    line('input', example.input),
    line('result', example.result),
    '```',
  ].join('\n')
}

/** One row a field, those of nested objects and of items of arrays too: `mappings[].path`. */
function fieldRows(schema: TSchema, prefix: string): string[] {
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

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}

function line(what: string, value: Json): string {
  return `${`${what}:`.padEnd(9)}${JSON.stringify(value)}`
}
