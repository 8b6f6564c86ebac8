import { chmod, chown, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { tempFolder } from './temp-folder.ts'

const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
/** Another user to run as, when this process may change to one; otherwise it stays who it is. */
export const nobody = other ?? {}

export async function giveToNobody(path: string): Promise<void> {
  if (other !== undefined) await chown(path, other.uid, other.gid)
}

/** A copy of the executable where every user may run it; a checkout can lie where others may not even look. */
export async function binaryForAll(): Promise<AsyncDisposable & { readonly program: string }> {
  await buildBinary()
  const folder = await tempFolder()
  const program = join(folder.path, 'orion-server')
  await copyFile(BINARY, program)
  await chmod(folder.path, 0o755)
  await chmod(program, 0o755)
  return { program, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}
