import { chmod, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { readUtf8 } from '../std/utf8.ts'

/** A file in a folder, at any depth. */
export interface FolderEntry {
  /** From the folder, with `/` between names. */
  readonly path: string
  readonly bytes: number
  /** It is a symbolic link that leads out of the folder, or nowhere. */
  readonly leadsOutside: boolean
}

/** The text of a file; a byte order mark stays. Rejects with what the system says, or with NotUtf8. */
export async function readFile(path: string): Promise<string> {
  return readUtf8(await Bun.file(path).bytes())
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/**
 * Every file below a folder, in the order of their paths, but for those whose name or folder begins with a dot, and
 * `node_modules`. Symbolic links are followed as long as they stay inside. Rejects with what the system says.
 */
export async function readFolder(path: string): Promise<FolderEntry[]> {
  const root = await realpath(path)
  const walk = new Walk(root)
  await walk.folder('', [root])
  return walk.found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Writes a file whole or not at all, and the folders around it; one that is there keeps its permissions. */
export async function writeFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const folder = dirname(target)
  const beside = join(folder, `.${basename(target).slice(0, 100)}.${crypto.randomUUID()}.tmp`)
  await mkdir(folder, { recursive: true })
  try {
    await Bun.write(beside, text)
    const mode = await stat(target).then(
      found => found.mode,
      () => undefined,
    )
    if (mode !== undefined) await chmod(beside, mode & 0o777)
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

export async function removeFile(path: string): Promise<void> {
  await rm(path)
}

const MAX_ENTRIES = 100_000
const MAX_DEPTH = 32

class Walk {
  readonly found: FolderEntry[] = []
  readonly #root: string
  #seen = 0

  constructor(root: string) {
    this.#root = root
  }

  /** `around` are the real paths from the root to this folder, so that no link leads in circles. */
  async folder(path: string, around: readonly string[]): Promise<void> {
    if (around.length > MAX_DEPTH) throw new Error(`"${path}" is more than ${MAX_DEPTH} folders deep`)
    const names = await readdir(around.at(-1) ?? this.#root)
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue
      if (++this.#seen > MAX_ENTRIES) throw new Error(`it holds more than ${MAX_ENTRIES} files and folders`)
      await this.#entry(
        path === '' ? name : `${path}/${name}`,
        join(around.at(-1) ?? this.#root, name),
        around,
      )
    }
  }

  async #entry(path: string, place: string, around: readonly string[]): Promise<void> {
    const real = await realpath(place).catch(() => undefined)
    if (real === undefined || !this.#isInside(real)) {
      this.found.push({ path, bytes: 0, leadsOutside: true })
      return
    }
    const { size, isFile, isFolder } = await kindOf(real)
    if (isFile) this.found.push({ path, bytes: size, leadsOutside: false })
    else if (isFolder && !around.includes(real)) await this.folder(path, [...around, real])
  }

  #isInside(real: string): boolean {
    return real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep) || real === this.#root
  }
}

async function kindOf(path: string): Promise<{ size: number; isFile: boolean; isFolder: boolean }> {
  const found = await stat(path)
  return { size: found.size, isFile: found.isFile(), isFolder: found.isDirectory() }
}
