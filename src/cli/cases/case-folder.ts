import { posix } from 'node:path'
import type { Json } from '../../std/json.ts'
import {
  innerPath,
  type JsonPositions,
  jsonPositions,
  type Position,
  pathWithin,
} from '../../std/json-positions.ts'
import { nearestName } from '../../std/nearest-name.ts'
import { errorOf, type Finding } from '../../versioning/finding.ts'
import { readCase, type StubbedNames } from '../../workflow/cases/check.ts'
import type { Case } from '../../workflow/cases/definition.ts'
import type { KeyedStubs } from '../../workflow/cases/stubs.ts'
import type { Terminal } from '../command.ts'
import type { DefinitionFile } from '../definition-file.ts'
import { readDefinitionFolder } from '../definition-folder.ts'
import type { FolderEntry } from '../disk.ts'
import {
  atStart,
  byPosition,
  type FileResult,
  fileProblem,
  type PlacedFinding,
  parseSource,
  readSource,
} from '../source-file.ts'
import { refusalOf } from './refusal.ts'
import { hasRepeatedKeys } from './repeated-keys.ts'
import { StubsFiles } from './stubs-files.ts'

/** A case, and where it is written. */
export interface PlacedCase {
  readonly path: string
  readonly text: string
  readonly case: Case
  readonly workflow: DefinitionFile
  /** Those of its file and its own, which come first. */
  readonly stubs: ReadonlyMap<string, KeyedStubs>
  /** The place of a part of the case, or of what is nearest around it. */
  place(path: string, part?: 'key' | 'value'): Position
}

/** What a folder of definitions has to test. */
export interface CaseFolder {
  readonly workflows: readonly DefinitionFile[]
  /** Those without problems, in the order of their files. */
  readonly cases: readonly PlacedCase[]
  /** Of definitions, cases and stubs. */
  readonly problems: readonly FileResult[]
}

type Disk = Pick<Terminal, 'readFile' | 'readFolder'>

const CASE_ENDING = '.case.json'
const MAX_CASES = 100_000
/** Of one file; then the rest of it is not read. */
const MAX_PROBLEMS = 100
const TOO_MANY = fileProblem(
  'too-many-problems',
  'the cases behind this one are not read, because the file has too many problems',
  `fewer than ${MAX_PROBLEMS}`,
)

/** Reads the definitions of a folder and every `*.case.json` in it. Rejects when the folder cannot be read. */
export async function readCaseFolder(disk: Disk, folder: string, stubbed: StubbedNames): Promise<CaseFolder> {
  const definitions = await readDefinitionFolder(disk, folder)
  const entries = await disk.readFolder(folder)
  const workflows = definitions.files.filter(({ kind }) => kind === 'workflow')
  const stubsFiles = new StubsFiles(disk, { folder, entries, stubbed })
  const reader = new CaseReader(folder, workflows, stubsFiles, stubbed)
  for (const entry of entries) {
    if (entry.path.endsWith(CASE_ENDING)) await reader.read(disk, entry)
  }
  return {
    workflows,
    cases: reader.cases,
    problems: [...definitions.problems, ...reader.problems, ...stubsFiles.problems],
  }
}

class CaseReader {
  readonly cases: PlacedCase[] = []
  readonly problems: FileResult[] = []
  readonly #folder: string
  readonly #byId: ReadonlyMap<string, DefinitionFile>
  readonly #byPath: ReadonlyMap<string, DefinitionFile>
  readonly #stubsFiles: StubsFiles
  readonly #stubbed: StubbedNames

  constructor(
    folder: string,
    workflows: readonly DefinitionFile[],
    stubsFiles: StubsFiles,
    stubbed: StubbedNames,
  ) {
    this.#folder = folder
    this.#byId = new Map(workflows.map(file => [file.id, file]))
    this.#byPath = new Map(workflows.map(file => [file.path, file]))
    this.#stubsFiles = stubsFiles
    this.#stubbed = stubbed
  }

  async read(disk: Disk, entry: FolderEntry): Promise<void> {
    const path = posix.join(this.#folder, entry.path)
    const refusal = refusalOf(entry)
    if (refusal !== undefined) {
      this.problems.push({ path, text: '', findings: [atStart(refusal)] })
      return
    }
    const source = await readSource(disk, path)
    const parsed = parseSource(source)
    if ('findings' in parsed) this.problems.push({ path, text: source.text, findings: parsed.findings })
    else await this.#readCases(entry.path, source.text, parsed.value)
  }

  async #readCases(inFolder: string, text: string, value: Json): Promise<void> {
    const path = posix.join(this.#folder, inFolder)
    let known: JsonPositions | undefined
    // Only what is told has a place, and finding the places of a large file takes long.
    const positions = () => {
      known ??= jsonPositions(text)
      return known
    }
    const found = hasRepeatedKeys(text, value) ? repeatedKeys(positions()) : []
    const names = new Set<string>()
    for (const { document, at } of documentsOf(value)) {
      const place = (inner: string, part?: 'key' | 'value') => positions().find(pathWithin(at, inner), part)
      const findings = await this.#readOne(document, names, { path, inFolder, text, place })
      for (const finding of findings) {
        const position = place(finding.path, isAboutKey(finding) ? 'key' : 'value')
        found.push({ ...finding, path: pathWithin(at, finding.path), position })
      }
      if (found.length >= MAX_PROBLEMS) {
        found.push({ ...TOO_MANY, path: at, position: place('') })
        break
      }
    }
    if (found.length > 0) this.problems.push({ path, text, findings: found.toSorted(byPosition) })
  }

  async #readOne(
    document: Json,
    names: Set<string>,
    { inFolder, ...placed }: Pick<PlacedCase, 'path' | 'text' | 'place'> & { inFolder: string },
  ): Promise<readonly Finding[]> {
    const read = readCase(document, this.#stubbed)
    if ('problems' in read) return read.problems.map(errorOf)
    const { case: one, stubs: own } = read
    if (names.has(one.name)) {
      const problem = fileProblem(
        'repeated-name',
        'another case of the file has this name',
        'a name of its own',
      )
      return [{ ...problem, path: 'name' }]
    }
    names.add(one.name)
    const workflow = this.#workflowOf(one.workflow, inFolder)
    if (workflow === undefined) return [this.#unknownWorkflow(one.workflow)]
    const file = await this.#stubsFiles.read(one.stubs_file, inFolder)
    if ('finding' in file) return [file.finding]
    if (this.cases.length >= MAX_CASES) throw new Error(`"${this.#folder}" has more than ${MAX_CASES} cases`)
    this.cases.push({ ...placed, case: one, workflow, stubs: new Map([...file.stubs, ...own]) })
    return []
  }

  #workflowOf(named: string, inFolder: string): DefinitionFile | undefined {
    const path = posix.join(this.#folder, posix.dirname(inFolder), named)
    return this.#byId.get(named) ?? this.#byPath.get(path)
  }

  #unknownWorkflow(named: string): Finding {
    const suggestion = nearestName(named, this.#byId.keys())
    const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
    const message = `no file in ${posix.join(this.#folder, 'workflows')} declares the workflow "${named}"${hint}`
    const expected = 'the id of a workflow in the folder, or the path of its file from here'
    return {
      ...fileProblem('unknown-workflow', message, expected),
      path: 'workflow',
      ...(suggestion !== undefined && { suggestion }),
    }
  }
}

function repeatedKeys({ repeatedKeys: keys }: JsonPositions): PlacedFinding[] {
  const finding = fileProblem('repeated-key', 'this key is there twice', 'each key once')
  return keys.map(({ path, position }) => ({ ...finding, path, position }))
}

/** One case, or an array of them. */
function documentsOf(value: Json): { document: Json; at: string }[] {
  if (!Array.isArray(value)) return [{ document: value, at: '' }]
  return value.map((document, at) => ({ document, at: innerPath('', at) }))
}

/** Paths and names of functions that are expected are keys. */
function isAboutKey({ rule, path }: Finding): boolean {
  return rule === 'unknown-key' || /^(?:expect|expect_calls|secrets|metadata\.headers)\./.test(path)
}
