import { posix } from 'node:path'
import { type Kind, kindOf } from '../catalog/lint.ts'
import { isObject, type Json, own } from '../std/json.ts'
import type { Terminal } from './command.ts'
import {
  type DefinitionFile,
  type DefinitionKind,
  type ReadDefinition,
  readDefinition,
} from './definition-file.ts'
import type { FolderEntry } from './disk.ts'
import { hideTexts } from './hide-texts.ts'
import { atStart, type FileResult, fileProblem, parseSource, readSource } from './source-file.ts'

/** What a directory of definitions holds. */
export interface DefinitionFolder {
  /** Every definition that could be read, by path: channels, connectors, workflows. Some may have problems, too. */
  readonly files: readonly DefinitionFile[]
  /** Paths of the `*.case.json` files, wherever they are; they are not read. */
  readonly casePaths: readonly string[]
  /** Errors of files, for `textReport` and `jsonReport`; a folder that has some is not to be applied. */
  readonly problems: readonly FileResult[]
}

/** Folders of definitions, by name. */
const DEFINITION_FOLDERS: ReadonlyMap<string, DefinitionKind> = new Map([
  ['channels', { kind: 'channel', nameField: 'channel_id' }],
  ['connectors', { kind: 'connector', nameField: 'name' }],
  ['workflows', { kind: 'workflow', nameField: 'workflow_id' }],
])

const MAX_FILE_BYTES = 8 * 1024 * 1024
const CASE_ENDING = '.case.json'
/** Other formats, and endings that only look right: whoever writes such a file means it to be read. */
const FOREIGN_ENDING = /\.(?:json|jsonc|json5|ya?ml|toml)$/i
/** Files that are read at once. */
const AT_ONCE = 64

/**
 * Reads `workflows/<id>.json`, `channels/<id>.json` and `connectors/<name>.json`. Rejects when the folder cannot be read;
 * what is wrong with a file is told among `problems`.
 */
export async function readDefinitionFolder(
  terminal: Pick<Terminal, 'readFile' | 'readFolder'>,
  folder: string,
): Promise<DefinitionFolder> {
  const entries = await entriesOf(terminal, folder)
  const isCase = ({ path }: FolderEntry) => path.endsWith(CASE_ENDING)
  const read = await inTurns(
    entries.filter(entry => !isCase(entry)),
    entry => readEntry(terminal, folder, entry),
  )
  const files = read.flatMap(({ file }) => file ?? [])
  const problems = read.flatMap(({ problem }) => problem ?? [])
  return {
    files,
    casePaths: entries.filter(isCase).map(({ path }) => posix.join(folder, path)),
    problems: [...problems, ...clashes(files), ...none(folder, read)],
  }
}

async function entriesOf(
  { readFolder }: Pick<Terminal, 'readFolder'>,
  folder: string,
): Promise<readonly FolderEntry[]> {
  try {
    return await readFolder(folder)
  } catch (cause) {
    throw new Error(`Cannot read the folder "${folder}"`, { cause })
  }
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))))
  }
  return results
}

async function readEntry(
  terminal: Pick<Terminal, 'readFile'>,
  folder: string,
  entry: FolderEntry,
): Promise<ReadDefinition> {
  const path = posix.join(folder, entry.path)
  const [top = '', name = '', ...deeper] = entry.path.split('/')
  const here = DEFINITION_FOLDERS.get(top)
  if (!entry.path.endsWith('.json')) {
    if (here === undefined || !FOREIGN_ENDING.test(entry.path)) return {}
    return whole(path, 'not-a-definition', 'this is no definition', `files in ${top}/ that end in .json`)
  }
  if (here === undefined && (entry.leadsOutside || entry.bytes > MAX_FILE_BYTES)) return {}
  if (entry.leadsOutside) {
    const message = 'this is a link that leads out of the folder, or nowhere'
    return whole(path, 'link-outside', message, 'a file')
  }
  if (entry.bytes > MAX_FILE_BYTES) {
    const message = `the file is ${entry.bytes} bytes long`
    return whole(path, 'too-large', message, `at most ${MAX_FILE_BYTES} bytes`)
  }
  const source = await readSource(terminal, path)
  const parsed = parseSource(source)
  if (here === undefined || deeper.length > 0) {
    const kind = 'value' in parsed ? declaredKind(parsed.value) : undefined
    return kind === undefined && here === undefined ? {} : misplaced(path, kind ?? here?.kind ?? 'workflow')
  }
  if ('findings' in parsed)
    return { problem: { path, text: hideTexts(source.text), findings: parsed.findings } }
  return readDefinition({ path, name, text: source.text, value: parsed.value }, here)
}

function whole(path: string, rule: string, message: string, expected: string): ReadDefinition {
  return { problem: wholeFile(path, rule, message, expected) }
}

function wholeFile(path: string, rule: string, message: string, expected: string): FileResult {
  return { path, text: '', findings: [atStart(fileProblem(rule, message, expected))] }
}

/** What a file outside of its folder declares; undefined for JSON of another sort. */
function declaredKind(value: Json): Kind | undefined {
  const data = isObject(value) ? own(value, 'data') : undefined
  const items = Array.isArray(value) ? value : Array.isArray(data) ? data : [value]
  const declared = items.find(
    item =>
      isObject(item) &&
      (Array.isArray(own(item, 'tasks')) ||
        ['channel_type', 'connector_type'].some(field => typeof own(item, field) === 'string')),
  )
  return isObject(declared) ? kindOf(declared) : undefined
}

function misplaced(path: string, kind: Kind): ReadDefinition {
  const expected = `the file directly in ${kind}s/`
  return whole(path, 'misplaced-file', `a ${kind} is not looked for here`, expected)
}

/** Files of one folder that stand for the same name, or that some file systems take for the same. */
function clashes(files: readonly DefinitionFile[]): FileResult[] {
  const byPath = Map.groupBy(files, ({ path }) => path.toLowerCase())
  const named = files.filter(({ id }) => id !== '')
  const byId = Map.groupBy(named, ({ kind, id }) => `${kind} ${id}`)
  return [
    ...[...byPath.values()].flatMap(group =>
      clash(group, {
        rule: 'same-file-name',
        isWhat: 'has the same name but for upper and lower case',
        expected: 'upper case written as %41 to %5A, where not every file system can tell two files apart',
      }),
    ),
    ...[...byId.values()].flatMap(group =>
      clash(group, {
        rule: 'same-definition',
        isWhat: 'declares the same',
        expected: 'one file for each definition',
      }),
    ),
  ]
}

function clash(
  [first, ...others]: readonly DefinitionFile[],
  { rule, isWhat, expected }: { rule: string; isWhat: string; expected: string },
): FileResult[] {
  const message = `"${posix.basename(first?.path ?? '')}" beside it ${isWhat}`
  return others.map(({ path }) => wholeFile(path, rule, message, expected))
}

function none(folder: string, read: readonly ReadDefinition[]): FileResult[] {
  if (read.some(({ file, problem }) => file !== undefined || problem !== undefined)) return []
  const expected = `files in ${[...DEFINITION_FOLDERS.keys()].map(name => `${name}/`).join(', ')}`
  return [wholeFile(folder, 'no-definitions', 'the folder holds no definitions', expected)]
}
