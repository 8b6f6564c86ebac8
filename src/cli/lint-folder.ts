import { posix } from 'node:path'
import { jsonPositions } from '../std/json-positions.ts'
import type { Terminal } from './command.ts'
import { nameOfFile } from './definition-file-name.ts'
import { inTurns, readDefinitionFolder } from './definition-folder.ts'
import { type BrokenLink, brokenLinks, type CaseFile } from './definition-links.ts'
import type { LintableFile } from './lint-files.ts'
import { type FileResult, type PlacedFinding, parseSource, placed, readSource } from './source-file.ts'

/** Every definition and every case of a folder, with what is wrong with the files and with the links between them. */
export async function readLintableFolder(
  terminal: Pick<Terminal, 'readFile' | 'readFolder'>,
  folder: string,
): Promise<LintableFile[]> {
  const { files, casePaths, problems } = await readDefinitionFolder(terminal, folder)
  const cases = await inTurns(casePaths, path => readCase(terminal, path))
  const links = brokenLinks({
    files,
    cases: cases.flatMap(({ read }) => read ?? []),
    unread: new Set(problems.flatMap(({ path }) => nameOfFile(posix.basename(path)) ?? [])),
  })
  const definitions = files.map(({ path, text, kind, document }) => ({
    path,
    text,
    definitions: [{ kind, document, path: '' }],
    findings: [],
  }))
  return merged([...definitions, ...problems, ...cases]).map(file => withLinks(file, links))
}

async function readCase(
  terminal: Pick<Terminal, 'readFile'>,
  path: string,
): Promise<FileResult & { read?: CaseFile }> {
  const source = await readSource(terminal, path)
  const parsed = parseSource(source)
  const { text } = source
  if ('findings' in parsed) return { path, text, findings: parsed.findings }
  return { path, text, findings: [], read: { path, value: parsed.value } }
}

/** One entry a file, by path. */
function merged(files: readonly (FileResult & Partial<LintableFile>)[]): LintableFile[] {
  const byPath = Map.groupBy(files, ({ path }) => path)
  return [...byPath]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, parts]) => ({
      path,
      text: parts.find(({ definitions }) => definitions !== undefined)?.text ?? parts[0]?.text ?? '',
      definitions: parts.flatMap(({ definitions }) => definitions ?? []),
      findings: parts.flatMap(({ findings }) => findings),
    }))
}

function withLinks(file: LintableFile, links: readonly BrokenLink[]): LintableFile {
  const own = links.filter(({ path }) => path === file.path)
  if (own.length === 0) return file
  const positions = jsonPositions(file.text)
  const found: PlacedFinding[] = own.map(({ finding }) => placed(positions, finding))
  return { ...file, findings: [...file.findings, ...found] }
}
