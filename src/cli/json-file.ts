import { type Detail, OrionError } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { jsonPositions } from '../std/json-positions.ts'
import { parseJson } from '../std/parse-json.ts'
import type { Terminal } from './command.ts'

/** A JSON document that was given by the path of its file. */
export interface JsonFile {
  readonly path: string
  readonly text: string
  readonly value: Json
}

/** Throws with file, line and column for one that is not JSON. */
export async function readJsonFile(terminal: Pick<Terminal, 'readFile'>, path: string): Promise<JsonFile> {
  const text = await readText(terminal, path)
  try {
    return { path, text, value: parseJson(text) }
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    throw new Error(malformed(path, text, error))
  }
}

async function readText({ readFile }: Pick<Terminal, 'readFile'>, path: string): Promise<string> {
  try {
    const text = await readFile(path)
    // Editors may mark a file as UTF-8; it is none of its text.
    return text.startsWith('\ufeff') ? text.slice(1) : text
  } catch (cause) {
    throw new Error(`Cannot read "${path}"`, { cause })
  }
}

function malformed(path: string, text: string, { message, details }: OrionError): string {
  const problem = message.replace(/^Invalid JSON body: /, '')
  const [first] = details ?? []
  if (first !== undefined) return `${place({ path, text }, first.path)}: ${problem}`
  const at = / at line (\d+), column (\d+)/.exec(problem)
  if (at === null) return `${path}: ${problem}`
  return `${path}:${at[1]}:${at[2]}: ${problem.replace(at[0], '')}`
}

/** A line for each problem of a document: `orders.json:12:9: tasks[0].id: ...`. */
export function problemLines(file: JsonFile, details: readonly Detail[]): string[] {
  return details.map(detail => {
    const part = detail.code === 'UNKNOWN_KEY' ? 'key' : 'value'
    const where = detail.path === '' ? '' : `${detail.path}: `
    return `${place(file, detail.path, part)}: ${where}${detail.message}`
  })
}

function place({ path, text }: Omit<JsonFile, 'value'>, at: string, part?: 'key' | 'value'): string {
  const { line, column } = jsonPositions(text).find(at, part)
  return `${path}:${line}:${column}`
}
