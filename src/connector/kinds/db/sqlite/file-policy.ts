import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'

/** Which files of SQLite a connector may open, and how. */
export interface SqliteAccess {
  /** Empty: no file. */
  readonly folder: string
  /** The database of this server, if it is a file. */
  readonly ownFile: string | undefined
  /** Runs this program again, to serve one database; empty where that cannot be. */
  readonly command: readonly string[]
}

/** The file behind a path of a connector, or why it is not opened. */
export async function allowedFile(
  path: string,
  { folder, ownFile }: SqliteAccess,
): Promise<{ readonly file: string } | { readonly problem: string }> {
  if (folder === '') return { problem: 'connectors.sqlite_dir is not set, so no file is opened' }
  const root = await realPath(resolve(folder))
  if (root === undefined) return { problem: 'connectors.sqlite_dir does not exist' }
  const wanted = isAbsolute(path) ? path : join(root, path)
  const file = await realFile(wanted)
  if (file === undefined) return { problem: 'its folder does not exist' }
  if (!isInside(file, root)) return { problem: 'it lies outside of connectors.sqlite_dir' }
  for (const own of ownFiles(ownFile)) {
    if (await isSame(file, own)) return { problem: 'it is the database of this server' }
  }
  return { file }
}

/** With every link followed; a file that is not there yet is in the folder that is. */
async function realFile(path: string): Promise<string | undefined> {
  const there = await realPath(path)
  if (there !== undefined) return there
  const folder = await realPath(dirname(path))
  return folder === undefined ? undefined : join(folder, basename(path))
}

function isInside(file: string, root: string): boolean {
  const way = relative(root, file)
  return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith('../')
}

function ownFiles(ownFile: string | undefined): string[] {
  return ownFile === undefined
    ? []
    : ['', '-wal', '-shm', '-journal'].map(suffix => resolve(ownFile) + suffix)
}

/** By path, and by what stands on the disk: a file may have several names. */
async function isSame(file: string, own: string): Promise<boolean> {
  if (file === (await realFile(own))) return true
  const [one, other] = await Promise.all([identity(file), identity(own)])
  return one !== undefined && one === other
}

async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    return undefined
  }
}
