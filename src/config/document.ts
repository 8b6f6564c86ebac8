import type { TSchema } from '@sinclair/typebox'
import { expectation } from '../std/expectation.ts'
import { type Leaf, SECTIONS, type Section } from './leaves.ts'

/** docs/configuration.md: every key, from the schema. */
export function configurationDoc(): string {
  return `${[INTRODUCTION, ...SECTIONS.map(sectionDoc)].join('\n\n')}\n`
}

/** config.toml.example: every key with its default, commented; the file loads as it is. */
export function exampleToml(): string {
  return `${[EXAMPLE_HEAD, ...SECTIONS.map(sectionExample)].join('\n\n')}\n`
}

const INTRODUCTION = `# Configuration

<!-- generated from src/config by \`bun run docs\` -->

\`orion-server -c orion.toml\` reads a TOML file; without \`-c\` no file is looked for. What the file does not say has its
default, whether there is a file or not. \`orion-server validate-config -c orion.toml\` checks it and says what holds; every
mistake is told in one run, with its line and column or the name of its variable. An unknown key is a mistake.

## Variables

Each key has an environment variable, which beats the file: \`ORION_\`, then the path in upper case with \`__\` between its
levels. An unknown \`ORION_SECTION__KEY\` is a mistake; names without \`__\` are left alone, except \`ORION_ENV\`.

| type | a variable holds |
| ---- | ---------------- |
| boolean | exactly \`true\` or \`false\` |
| integer, number | decimal digits: \`8080\`, \`0.25\` |
| string | the text as it is, also an empty one |
| one of several names | the name, in upper or lower case |
| list | items separated by commas; white space around them and empty items are dropped |
| list of tables (\`kafka.topics\`) | \`topic=channel,topic=channel\` |
| table of names (\`vars\`, \`secrets.values\`) | one text, of the name that ends the variable, in lower case: \`ORION_VARS__REGION\` is \`region\` |

## References in the file

| in a value | stands for |
| ---------- | ---------- |
| \`\${NAME}\` | the environment variable; it must be set |
| \`\${NAME:-default}\` | the default when the variable is unset or empty; a default may hold references, to a depth of 8 |
| \`\${NAME:?why}\` | the variable; when it is unset or empty, a mistake that says why |
| \`$$\` | a dollar sign |
| \`"env://NAME"\` | the variable, as the whole value |

They work in strings, and for keys of other types when they are the whole value, with or without quotes:
\`port = \${PORT:-8080}\`. They are replaced after the file was parsed, so the value of a variable cannot add keys; comments
and defaults that are not used are never looked into.

## Secrets

Secret keys are shown nowhere, neither in the log nor by \`validate-config\`; of an URL only its credentials are
hidden. Give them as variables rather than in the file.

## Keys

A key with *no effect in this version* is read and checked, but nothing uses it yet. A value that is not among those
*available* is refused (\`NOT_AVAILABLE\`).`

const EXAMPLE_HEAD = `# The configuration of orion-server: every key with its default. Remove a "#" to change one.
# Each key also has an environment variable, which beats this file: server.port is ORION_SERVER__PORT.
# \${NAME} and \${NAME:-default} stand for environment variables. docs/configuration.md tells more.
# Check it with: orion-server validate-config -c config.toml`

function sectionDoc({ key, description, leaves }: Section): string {
  const title = key === '' ? '### At the top of the file' : `### [${key}]`
  const head = [title, description].filter(part => part !== '').join('\n\n')
  if (leaves.length === 0) return head
  const rows = leaves.map(leaf => {
    const meaning = [leaf.schema.description ?? '', ...notesOf(leaf).map(note => `*${note}*`)].join(' ')
    const cells = [code(leaf.key), code(leaf.variable), typeOf(leaf.schema), defaultOf(leaf), meaning]
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `${head}

| key | variable | type | default | meaning |
| --- | -------- | ---- | ------- | ------- |
${rows.join('\n')}`
}

function typeOf(schema: TSchema): string {
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'object') return 'table of names'
  if (schema.type === 'array') return schema.items.type === 'object' ? 'list of tables' : 'list of strings'
  if (schema.anyOf !== undefined || schema.type === 'string') {
    return schema.anyOf === undefined ? 'string' : expectation(schema)
  }
  const { minimum, maximum } = schema
  if (maximum === Number.MAX_SAFE_INTEGER || maximum === U32) return `${schema.type} from ${minimum}`
  return `${schema.type} from ${minimum} to ${maximum}`
}

const U32 = 4_294_967_295

function defaultOf({ schema }: Leaf): string {
  return schema.default === undefined ? 'none' : code(tomlValue(schema.default))
}

/** What the description does not say: it follows from the schema. */
function notesOf({ schema }: Leaf): string[] {
  const only: readonly unknown[] | undefined = schema.only
  return [
    ...(schema.secret === 'whole' ? ['Secret.'] : []),
    ...(schema.secret === 'credentials' ? ['Credentials in it are secret.'] : []),
    ...(schema.unused === true ? ['No effect in this version.'] : []),
    ...(only === undefined ? [] : [`Available: ${only.map(value => code(tomlValue(value))).join(', ')}.`]),
  ]
}

function sectionExample({ key, description, leaves }: Section): string {
  const head = [description === '' ? '' : comment(description), key === '' ? '' : `[${key}]`]
  const keys = leaves.map(leaf => {
    const meaning = [leaf.schema.description ?? '', ...notesOf(leaf)].join(' ')
    return `${comment(meaning)}\n${exampleLine(leaf)}`
  })
  return [...head.filter(line => line !== ''), ...keys].join('\n')
}

/** Plain text in lines of at most 100 characters. */
function comment(markdown: string): string {
  const lines: string[] = []
  let line = '#'
  for (const word of markdown.replaceAll('`', '').split(' ')) {
    if (line.length + word.length >= 100) {
      lines.push(line)
      line = '#'
    }
    line += ` ${word}`
  }
  return [...lines, line].join('\n')
}

/** Commented, so that a key of this file is set only where somebody meant it. */
function exampleLine({ path, schema }: Leaf): string {
  return `# ${path.at(-1)} = ${schema.default === undefined ? 10 : tomlValue(schema.default)}`
}

/** JSON is TOML for every default there is: strings without escapes, numbers, booleans and lists of them. */
function tomlValue(value: unknown): string {
  return JSON.stringify(value).replaceAll(',', ', ')
}

function code(text: string): string {
  return `\`${text}\``
}
