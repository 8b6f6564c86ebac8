import { posix } from 'node:path'
import { jsonPositions } from '../std/json-positions.ts'
import type { StubbedNames } from '../workflow/cases/check.ts'
import { readCaseFolder } from './cases/case-folder.ts'
import type { Terminal } from './command.ts'
import { nameOfFile } from './definition-file-name.ts'
import { readDefinitionFolder } from './definition-folder.ts'
import { type BrokenLink, brokenLinks, UNKNOWN_WORKFLOW } from './definition-links.ts'
import type { LintableFile } from './lint-files.ts'
import { type FileResult, type PlacedFinding, placed } from './source-file.ts'

/** Every definition and every case of a folder, with what is wrong with the files and with the links between them. */
export async function readLintableFolder(
  terminal: Pick<Terminal, 'readFile' | 'readFolder'>,
  folder: string,
  stubbed: StubbedNames,
): Promise<LintableFile[]> {
  const { files, casePaths, problems: broken } = await readDefinitionFolder(terminal, folder)
  const { problems } = await readCaseFolder(terminal, folder, stubbed)
  const unread = new Set(broken.flatMap(({ path }) => nameOfFile(posix.basename(path)) ?? []))
  const links = brokenLinks({ files, unread })
  const definitions = files.map(({ path, text, kind, document }) => ({
    path,
    text,
    definitions: [{ kind, document, path: '' }],
    findings: [],
  }))
  const cases = casePaths.map(path => ({ path, text: '', findings: [] }))
  const told = unread.size === 0 ? problems : problems.map(withoutUnknownWorkflow)
  return merged([...definitions, ...told, ...cases]).map(file => withLinks(file, links))
}

/** As long as a file is broken, it is not known which workflows there are. */
function withoutUnknownWorkflow(problem: FileResult): FileResult {
  return { ...problem, findings: problem.findings.filter(({ rule }) => rule !== UNKNOWN_WORKFLOW) }
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
