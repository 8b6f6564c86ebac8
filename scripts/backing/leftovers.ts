import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const NAMESPACE = '/proc/self/ns/pid'
const OTHERS_MAY_ENTER = 0o001
const MARK = 'process-ids'

/** A folder for a service of this process: `orion-<service>-<process>-<random>` in the folder for temporary things. */
export async function serviceFolder(service: string): Promise<string> {
  const folder = await mkdtemp(join(temporaryFolder(), `orion-${service}-${process.pid}-`))
  await Bun.write(join(folder, MARK), namespaceOfIds())
  return folder
}

/** Deletes folders of processes that were killed; their services end with them. */
export async function sweepLeftovers(service: string): Promise<void> {
  const parent = temporaryFolder()
  for (const name of await readdir(parent)) {
    const owner = name.match(new RegExp(`^orion-${service}-(\\d+)-`))?.[1]
    if (owner === undefined || isProcess(Number(owner))) continue
    const folder = join(parent, name)
    const mark = await Bun.file(join(folder, MARK))
      .text()
      .catch(() => undefined)
    // The folder may be shared with a container, whose processes have numbers of their own.
    if (mark !== namespaceOfIds()) continue
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** The usual one, unless it lies where the user that a service runs as may not look. */
function temporaryFolder(): string {
  if (process.getuid?.() !== 0) return tmpdir()
  for (let folder = tmpdir(); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return '/tmp'
  }
  return tmpdir()
}

/** Whether a process runs; one that ended and waits to be noticed does not. */
export function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  const status = `/proc/${pid}/stat`
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'latin1'))
}

function namespaceOfIds(): string {
  return existsSync(NAMESPACE) ? readlinkSync(NAMESPACE) : ''
}
