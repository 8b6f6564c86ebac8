import { type DescribedRule, lintRules } from '../../src/catalog/lint.ts'

const INTRODUCTION = `# Lint

Generated from \`src/workflow/lint\` and \`src/channel/lint\` by \`bun run docs\`.

The engine runs what it is given: a condition that never holds skips its task without a word, a variable that nobody
wrote is null. So does a channel: a guard whose logic reads what is not there refuses everybody, and a cache whose key
lacks a header gives one caller the answer of another. Lint tells of such things before anything runs:

\`\`\`sh
orion-server lint definitions                      # a folder of definitions; needs no server and no database
orion-server lint workflows/*.json channels/*.json # or files
orion-server lint --json --strict definitions      # for programs
curl -s http://127.0.0.1:8080/api/v1/admin/workflows/validate -H 'content-type: application/json' -d @orders.json
\`\`\`

\`\`\`
orders.json:6:61: warning: "data.oder.total" is read before anything wrote it; did you mean "data.order.total"?
  6 |     {"id": "f", "name": "Flag", "condition": {">": [{"var": "data.oder.total"}, 10]},
    |                                                             ^^^^^^^^^^^^^^^^^
  expected: a task before this one that writes "data.oder.total"
  READ_BEFORE_WRITE at tasks[1].condition.>[0].var (read-before-write)
\`\`\`

_Errors_ are what the definition would be refused for when it is created; their rule is the code of the refusal in small
letters: \`unknown-key\`, \`invalid-logic\`. The command adds \`invalid-json\`, \`number-out-of-range\`, \`unknown-kind\` and
\`unreadable-file\`. _Warnings_ are the rules below. The command exits with 1 for errors and, with \`--strict\`, for warnings.
It takes workflows, channels and connectors, one or an array of them a file, or an export. Files that are given together
know each other's connectors and workflows, so give a channel with its workflow: what the workflow reads of a request is
held against the key of the channel's cache. Of a folder ([definitions in git](gitops.md)) also the names of the files and
the links between them are checked, and the cases. With \`-c FILE\` the rate limits of channels are compared with that of the
configuration. Secrets of channels and connectors are shown as \`*\` where a line is quoted.

\`POST /api/v1/admin/workflows/validate\` and \`POST /api/v1/admin/channels/validate\` answer 200 for every body that is JSON:
\`{"valid", "errors": [...], "warnings": [...]}\`, each entry with \`field\`, \`message\`, \`rule\`, \`code\`, \`path\`, \`expected\`
and \`suggestion\`. An unknown function is in both lists, because clients of the reference look for it among the warnings.

Conditions of workflows and steps are also held to plain JSONLogic, where an object has one key: an object with several
is an error when the condition can never hold, and a warning otherwise.

In the examples, names, ids and routes are left out where they do not matter.`

/** The text of docs/lint.md. */
export function lintDocument(): string {
  const list = lintRules.map(({ name }) => `[${name}](#${name})`).join(' · ')
  return `${[INTRODUCTION, list, ...lintRules.map(ruleSection)].join('\n\n')}\n`
}

function ruleSection({ name, summary, example }: DescribedRule): string {
  return [
    `## ${name}`,
    '',
    summary,
    '',
    `Warned of, at \`${example.at}\`:`,
    '',
    ...block(example.wrong),
    '',
    'Right:',
    '',
    ...block(example.right),
  ].join('\n')
}

function block(document: unknown): string[] {
  return ['```json', jsonText(document, ''), '```']
}

const WIDTH = 100

/** JSON on one line where it fits, else one member a line. */
function jsonText(value: unknown, indent: string): string {
  const line = oneLine(value)
  if (indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map(item => inner + jsonText(item, inner)).join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${jsonText(member, inner)}`,
  )
  return `{\n${members.join(',\n')}\n${indent}}`
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${oneLine(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
