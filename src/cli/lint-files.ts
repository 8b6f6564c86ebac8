import { type DefinitionNeeds, kindOf, lintDefinition } from '../catalog/lint.ts'
import { OrionError } from '../errors.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { type JsonPositions, jsonPositions, type Position, pathWithin } from '../std/json-positions.ts'
import { syntaxProblem } from '../std/json-syntax.ts'
import { parseJson } from '../std/parse-json.ts'
import type { Finding } from '../versioning/finding.ts'
import { hideSecrets } from './hide-secrets.ts'
import { type Declared, knownDefinitions } from './known-definitions.ts'

export type SourceFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly unreadable: string }

/** A finding, and where in the text it is. */
export interface PlacedFinding extends Finding {
  readonly position: Position
}

/** What was found in one file, in the order of its lines. */
export interface FileResult {
  readonly path: string
  /** To quote lines of; secrets are hidden. */
  readonly text: string
  readonly findings: readonly PlacedFinding[]
}

/** A definition in a file, and at which path. */
interface Definition extends Declared {
  readonly path: string
}

/** A file that has been read. */
interface ReadFile {
  readonly path: string
  readonly text: string
  readonly definitions: readonly Definition[]
  readonly findings: readonly PlacedFinding[]
}

/** Looks at all files together: connectors and workflows that one declares are known in the others. */
export function lintFiles(
  sources: readonly SourceFile[],
  known: Omit<DefinitionNeeds, 'connectors' | 'channels' | 'workflows'>,
): FileResult[] {
  const files = sources.map(readFile)
  const needs = { ...known, ...knownDefinitions(files.flatMap(({ definitions }) => definitions)) }
  return files.map(({ path, text, definitions, findings }) => {
    if (definitions.length === 0) return { path, text, findings }
    const positions = jsonPositions(text)
    const found = definitions.flatMap(definition =>
      [...lintDefinition(definition.kind, definition.document, needs)]
        .flat()
        .map(finding => placed(positions, { ...finding, path: pathWithin(definition.path, finding.path) })),
    )
    const shown = hideSecrets(text, definitions, positions)
    return { path, text: shown, findings: [...findings, ...found].toSorted(byPosition) }
  })
}

const START: Position = { line: 1, column: 1, length: 1 }

function readFile(source: SourceFile): ReadFile {
  const { path } = source
  if ('unreadable' in source) {
    const message = `cannot read the file: ${source.unreadable}`
    const finding = problem('unreadable-file', message, 'a file with UTF-8 text')
    return { path, text: '', definitions: [], findings: [{ ...finding, position: START }] }
  }
  const { text } = source
  try {
    return { path, text, ...definitionsOf(parseJson(text), text) }
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    return { path, text, definitions: [], findings: syntaxFindings(error, text) }
  }
}

function definitionsOf(value: Json, text: string): Pick<ReadFile, 'definitions' | 'findings'> {
  const definitions: Definition[] = []
  const findings: PlacedFinding[] = []
  for (const { item, path } of itemsOf(value)) {
    const kind = isObject(item) ? kindOf(item) : undefined
    if (isObject(item) && kind !== undefined) {
      definitions.push({ kind, document: item, path })
    } else {
      const finding = problem(
        'unknown-kind',
        'this is neither a workflow nor a channel nor a connector',
        'an object with "tasks" (a workflow), "channel_type" (a channel) or "connector_type" (a connector)',
      )
      findings.push(placed(jsonPositions(text), { ...finding, path }))
    }
  }
  return { definitions, findings }
}

/** One definition, an array of them, or an export: `{"data": [...]}`. */
function itemsOf(value: Json): { item: Json; path: string }[] {
  const data = isObject(value) && kindOf(value) === undefined ? own(value, 'data') : undefined
  if (Array.isArray(value)) return value.map((item, at) => ({ item, path: `[${at}]` }))
  if (Array.isArray(data)) return data.map((item, at) => ({ item, path: `data[${at}]` }))
  return [{ item: value, path: '' }]
}

/** Why a text is no JSON that can be taken as it is. */
function syntaxFindings({ code, message, details }: OrionError, text: string): PlacedFinding[] {
  const told = message.replace(/^Invalid JSON body: /, '')
  if (code === 'NUMBER_OUT_OF_RANGE' && details !== undefined) {
    const positions = jsonPositions(text)
    return details.map(({ path, message: reason, expected = '' }) =>
      placed(positions, { ...problem('number-out-of-range', `this number ${reason}`, expected), path }),
    )
  }
  const finding = problem('invalid-json', told, 'JSON in UTF-8')
  const isMalformed = / at line \d+, column \d+; /.test(told)
  const position = isMalformed ? { ...syntaxProblem(text), length: 1 } : START
  const { line, column, length } = position
  return [{ ...finding, position: { line, column, length } }]
}

function problem(rule: string, message: string, expected: string): Finding {
  const code = rule.toUpperCase().replaceAll('-', '_')
  return { severity: 'error', rule, code, path: '', message, expected }
}

/** Rules about a key show the key, the others what it holds. */
function placed(positions: JsonPositions, finding: Finding): PlacedFinding {
  const part = ABOUT_KEYS.has(finding.rule) ? 'key' : 'value'
  return { ...finding, position: positions.find(finding.path, part) }
}

const ABOUT_KEYS = new Set([
  'unknown-key',
  'unknown-field',
  'unused-key',
  'unknown-operator',
  'literal-operator',
  'workflow-continue-on-error',
])

function byPosition(a: PlacedFinding, b: PlacedFinding): number {
  return a.position.line - b.position.line || a.position.column - b.position.column
}
