import { posix } from 'node:path'
import { isObject } from '../../std/json.ts'
import { jsonPositions } from '../../std/json-positions.ts'
import { errorOf, type Finding } from '../../versioning/finding.ts'
import type { StubbedNames } from '../../workflow/cases/check.ts'
import { type KeyedStubs, readStubs } from '../../workflow/cases/stubs.ts'
import type { Terminal } from '../command.ts'
import type { FolderEntry } from '../disk.ts'
import { atStart, type FileResult, fileProblem, parseSource, placed, readSource } from '../source-file.ts'
import { refusalOf } from './refusal.ts'

/** What a case gets of its stubs file, or why it cannot have it. */
type FromFile = { readonly stubs: ReadonlyMap<string, KeyedStubs> } | { readonly finding: Finding }

interface Around {
  readonly folder: string
  readonly entries: readonly FolderEntry[]
  readonly stubbed: StubbedNames
}

/** Files that cases have their stubs in; each is read once. Nothing outside of the folder is. */
export class StubsFiles {
  readonly problems: FileResult[] = []
  readonly #disk: Pick<Terminal, 'readFile'>
  readonly #around: Around
  readonly #entries: ReadonlyMap<string, FolderEntry>
  readonly #read = new Map<string, FromFile>()

  constructor(disk: Pick<Terminal, 'readFile'>, around: Around) {
    this.#disk = disk
    this.#around = around
    this.#entries = new Map(around.entries.map(entry => [entry.path, entry]))
  }

  /** `named` is a path from the case, whose own path in the folder is `inFolder`; undefined is a file without stubs. */
  async read(named: string | undefined, inFolder: string): Promise<FromFile> {
    if (named === undefined) return { stubs: new Map() }
    const path = posix.join(posix.dirname(inFolder), named)
    const known = this.#read.get(path)
    if (known !== undefined) return known
    const read = await this.#readOnce(named, path)
    this.#read.set(path, read)
    return read
  }

  async #readOnce(named: string, path: string): Promise<FromFile> {
    const entry = this.#entries.get(path)
    if (posix.isAbsolute(named) || path.split('/')[0] === '..') {
      return refused(`"${named}" leads out of the folder`)
    }
    if (entry === undefined) return refused(`there is no file "${named}" from here`)
    const refusal = refusalOf(entry)
    if (refusal !== undefined) return refused(`"${named}" is not read: ${refusal.message}`)
    const source = await readSource(this.#disk, posix.join(this.#around.folder, path))
    const parsed = parseSource(source)
    if ('findings' in parsed) return this.#wrong({ ...source, findings: parsed.findings }, named)
    if (!isObject(parsed.value)) {
      const finding = fileProblem(
        'not-stubs',
        'this is no object of stubs',
        'an object, as "stubs" of a case',
      )
      return this.#wrong({ ...source, findings: [atStart(finding)] }, named)
    }
    const { byKey, problems } = readStubs(parsed.value, name => this.#around.stubbed.has(name))
    if (problems.length === 0) return { stubs: byKey }
    const positions = jsonPositions(source.text)
    const findings = problems.map(problem => placed(positions, errorOf(problem)))
    return this.#wrong({ ...source, findings }, named)
  }

  #wrong({ path, text, findings }: FileResult, named: string): FromFile {
    this.problems.push({ path, text, findings })
    return refused(`"${named}" holds no stubs that can be used`)
  }
}

function refused(message: string): FromFile {
  const finding = fileProblem(
    'stubs-file',
    message,
    'a JSON file in the folder that is tested, by its path from here',
  )
  return { finding: { ...finding, path: 'stubs_file' } }
}
