import { OrionError } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { type JsonPositions, jsonPositions, type Position } from '../std/json-positions.ts'
import { syntaxProblem } from '../std/json-syntax.ts'
import { parseJson } from '../std/parse-json.ts'
import { NotUtf8 } from '../std/utf8.ts'
import type { Finding } from '../versioning/finding.ts'
import type { Terminal } from './command.ts'

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

/** A file as it was read; without a problem its text may be JSON. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly problem?: PlacedFinding
}

const START: Position = { line: 1, column: 1, length: 1 }

export async function readSource(
  { readFile }: Pick<Terminal, 'readFile'>,
  path: string,
): Promise<SourceFile> {
  try {
    return { path, text: await readFile(path) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const finding = fileProblem(
      'unreadable-file',
      `cannot read the file: ${reason}`,
      'a file with UTF-8 text',
    )
    if (!(error instanceof NotUtf8)) return { path, text: '', problem: { ...finding, position: START } }
    return { path, text: error.text, problem: { ...finding, position: { ...error.place, length: 1 } } }
  }
}

/** The document of a file, or why it has none. */
export function parseSource({ text, problem }: SourceFile): { value: Json } | { findings: PlacedFinding[] } {
  if (problem !== undefined) return { findings: [problem] }
  try {
    return { value: parseJson(text) }
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    return { findings: syntaxFindings(error, text) }
  }
}

/** A mistake of a file rather than of a definition. */
export function fileProblem(rule: string, message: string, expected: string): Finding {
  const code = rule.toUpperCase().replaceAll('-', '_')
  return { severity: 'error', rule, code, path: '', message, expected }
}

/** Rules about a key show the key, the others what it holds. */
export function placed(positions: JsonPositions, finding: Finding): PlacedFinding {
  const part = ABOUT_KEYS.has(finding.rule) ? 'key' : 'value'
  return { ...finding, position: positions.find(finding.path, part) }
}

/** A problem of the file as a whole. */
export function atStart(finding: Finding): PlacedFinding {
  return { ...finding, position: START }
}

const ABOUT_KEYS = new Set([
  'unknown-key',
  'unknown-field',
  'unused-key',
  'unknown-operator',
  'literal-operator',
  'workflow-continue-on-error',
])

export function byPosition(a: PlacedFinding, b: PlacedFinding): number {
  return a.position.line - b.position.line || a.position.column - b.position.column
}

/** Why a text is no JSON that can be taken as it is. */
function syntaxFindings({ code, message, details }: OrionError, text: string): PlacedFinding[] {
  const told = message.replace(/^Invalid JSON body: /, '')
  if (code === 'NUMBER_OUT_OF_RANGE' && details !== undefined) {
    const positions = jsonPositions(text)
    return details.map(({ path, message: reason, expected = '' }) =>
      placed(positions, { ...fileProblem('number-out-of-range', `this number ${reason}`, expected), path }),
    )
  }
  const finding = fileProblem('invalid-json', told, 'JSON in UTF-8')
  const isMalformed = / at line \d+, column \d+; /.test(told)
  const { line, column } = isMalformed ? syntaxProblem(text) : START
  return [{ ...finding, position: { line, column, length: 1 } }]
}
