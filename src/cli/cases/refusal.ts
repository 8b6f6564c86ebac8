import type { Finding } from '../../versioning/finding.ts'
import type { FolderEntry } from '../disk.ts'
import { fileProblem } from '../source-file.ts'

const MAX_FILE_BYTES = 4 * 1024 * 1024

/** Why a file of the folder is not read. */
export function refusalOf({ leadsOutside, bytes }: FolderEntry): Finding | undefined {
  if (leadsOutside) {
    return fileProblem('link-outside', 'this is a link that leads out of the folder, or nowhere', 'a file')
  }
  if (bytes <= MAX_FILE_BYTES) return undefined
  return fileProblem('too-large', `the file is ${bytes} bytes long`, `at most ${MAX_FILE_BYTES} bytes`)
}
