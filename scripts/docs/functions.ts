import { builtInFunctions } from '../../src/engine/functions/index.ts'
import type { FunctionDescriptor } from '../../src/engine/functions-api.ts'
import type { Json } from '../../src/std/json.ts'
import { FIELD_HEAD, fieldRows } from './field-rows.ts'

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
    ...FIELD_HEAD,
    ...fieldRows(input),
    '',
    '```',
    ...given,
    line('input', example.input),
    line('result', example.result),
    '```',
  ].join('\n')
}

function line(what: string, value: Json): string {
  return `${`${what}:`.padEnd(9)}${JSON.stringify(value)}`
}
