import { defaultLimits } from '../../src/expression/expression.ts'
import type { Operator } from '../../src/expression/node.ts'
import { families } from '../../src/expression/operators/families.ts'
import type { Json } from '../../src/std/json.ts'

const INTRODUCTION = `# Expressions

Generated from \`src/expression/operators\` by \`bun run docs\`.

Conditions, mappings and every field of type _logic_ hold [JSONLogic](https://jsonlogic.com): an object with one key calls
the operator of that name, its value is the list of arguments. One argument needs no list: \`{"!": [x]}\` is \`{"!": x}\`.
Everything else is a value. Expressions see the context, whose roots are \`data\`, \`metadata\` and \`temp_data\`; inside
\`map\`, \`filter\`, \`all\` and their kin they see the item, and \`{"val": [[1], "data", "limit"]}\` looks one scope outwards.

In workflows an object of several keys, or of one key that is no operator, is an **output object**: its values are
evaluated, its keys are kept. A misspelled operator is such a key; \`orion-server lint\` finds it. In _plain_ mode, the
standard of \`POST /api/v1/admin/expressions/evaluate\`, an object of several keys does not compile and an unknown operator
fails.

A condition holds only when it is exactly \`true\`. Within an expression, \`false\`, \`null\`, \`0\`, \`NaN\`, \`""\`, \`[]\` and
\`{}\` count as false. An operator that cannot work with its arguments fails; \`try\` catches that. How an expression came to
its result is told by [explain](explain.md).`

const NUMBERS = `## Numbers

Numbers are doubles, as in JavaScript. That is the whole of what differs from the reference, which has 64-bit integers
beside doubles:

- \`1.0\` is \`1\`: it is the same value, and is written as \`1\`, in answers and by \`cat\`.
- \`-0\` is written as \`0\`; what is no finite number (\`{"+": ["inf", 1]}\`) is written as \`null\`.
- Integers beyond 2^53 keep all their digits where they are copied, compared for strict equality, added, subtracted or
  multiplied; a sum, difference or product that leaves 64 bits becomes a double. A double beyond 2^53 is never taken for
  an integer.
- Keys of objects keep their order, but those that look like array indexes (\`"10"\`) come first, in their order as numbers.`

const { maxLogicDepth, maxLogicNodes, opsBudget, maxResultChars, maxResultItems } = defaultLimits

const LIMITS = `## Limits

Keys of \`[engine]\` in the [configuration](configuration.md). Nothing catches an expression that goes beyond them: it fails
its run with \`BUDGET_EXCEEDED\`, also as a condition, and inside \`try\`.

| key | default | what it bounds |
| --- | ------- | -------------- |
| \`max_logic_depth\` | ${count(maxLogicDepth)} | nesting, when a definition is saved |
| \`max_logic_nodes\` | ${count(maxLogicNodes)} | operators and values, when a definition is saved |
| \`ops_budget\` | ${count(opsBudget)} | operations of one evaluation; each item of an iterator is at least one |
| \`message_ops_budget\` | 5,000,000 | operations of all evaluations of one message, and what its tasks do beside: texts that they read and write, values that writes have to copy, entries of \`errors\` |
| \`max_result_chars\` | ${count(maxResultChars)} | characters of a text that an operator makes |
| \`max_result_items\` | ${count(maxResultItems)} | items of an array that an operator makes |`

/** The text of docs/expressions.md. */
export function expressionsDocument(): string {
  const sections = families.map(family =>
    [heading(family.name), ...family.operators.map(operatorSection)].join('\n\n'),
  )
  return `${[INTRODUCTION, contents(), NUMBERS, LIMITS, ...sections].join('\n\n')}\n`
}

function contents(): string {
  const rows = families.map(({ name, operators }) => {
    const names = operators.flatMap(operator => [operator.name, ...(operator.aliases ?? [])])
    return `| ${name} | ${names.map(written => code(written)).join(' ')} |`
  })
  return ['## Operators at a glance', '', '| family | operators |', '| ------ | --------- |', ...rows].join(
    '\n',
  )
}

function heading(name: string): string {
  return `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

function operatorSection({ name, aliases, summary, args, example }: Operator): string {
  const also = aliases === undefined ? '' : ` Also named ${aliases.map(code).join(', ')}.`
  return [
    `### ${code(name)}`,
    '',
    `${summary}${also}`,
    '',
    ...Object.entries(args).map(([written, meaning]) => `- ${argument(written)}: ${meaning}`),
    '',
    '```',
    line('rule', example.rule),
    ...(example.data === undefined ? [] : [line('data', example.data)]),
    line('result', example.result),
    '```',
  ].join('\n')
}

function argument(written: string): string {
  if (written.startsWith('...')) return `_${written.slice(3)}_, as many as there are`
  return written.endsWith('?') ? `_${written.slice(0, -1)}_, may be left out` : `_${written}_`
}

function line(what: string, value: Json): string {
  return `${`${what}:`.padEnd(9)}${JSON.stringify(value)}`
}

function code(text: string): string {
  return `\`${text}\``
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
