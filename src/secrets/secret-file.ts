import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { type Found, MAX_SECRET_BYTES } from './definition.ts'

/**
 * What a file below one of the folders holds, without the line break at its end. Links are followed, but not out of the
 * folders.
 */
export function readSecretFile(path: string, folders: readonly string[]): Found {
  if (folders.length === 0) {
    return {
      problem: 'no files may be read; secrets.file_dirs of the configuration names the folders that may be',
    }
  }
  try {
    const real = realpathSync(path)
    if (!folders.some(folder => isBelow(real, folder))) {
      return { problem: 'the file is in none of the folders of secrets.file_dirs' }
    }
    return content(real)
  } catch (error) {
    return { problem: `the file cannot be read (${codeOf(error)})` }
  }
}

function isBelow(real: string, folder: string): boolean {
  try {
    const root = realpathSync(folder)
    return real.startsWith(root.endsWith(sep) ? root : root + sep)
  } catch {
    return false
  }
}

/** Opening never waits, and links are out of the way: nothing can be put in their place any more. */
function content(real: string): Found {
  const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    if (!fstatSync(file).isFile()) return { problem: 'this is no regular file' }
    const bytes = Buffer.alloc(MAX_SECRET_BYTES + 1)
    const length = readSync(file, bytes, 0, bytes.length, 0)
    if (length > MAX_SECRET_BYTES) return { problem: `the file has more than ${MAX_SECRET_BYTES} bytes` }
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length))
    const value = text.replace(/\r?\n$/, '')
    return value === '' ? { problem: 'the file is empty' } : { value }
  } finally {
    closeSync(file)
  }
}

function codeOf(error: unknown): string {
  if (error instanceof TypeError) return 'not UTF-8'
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
