import { chown, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from './programs.ts'

/** Who runs a service. */
export interface Runner {
  /** Stands before every command of it. */
  readonly prefix: readonly string[]
  /** Gives a folder and what lies in it to whom the service runs as. */
  give(folder: string): Promise<void>
}

/** The system user when root asks, as several services refuse root; otherwise whoever asks. */
export function runAs(systemUser: string): Runner {
  const setpriv = findProgram('setpriv')
  // Linux alone: a service ends when its supervisor does, however that came about.
  const tied = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']
  if (process.getuid?.() !== 0) return { prefix: tied, give: async () => undefined }
  if (setpriv === undefined)
    throw new Error('Root needs the program "setpriv" (package util-linux) to run services')
  const { uid, gid } = userIds(systemUser) ?? userIds('nobody') ?? { uid: 65_534, gid: 65_534 }
  return {
    prefix: [...tied, `--reuid=${uid}`, `--regid=${gid}`, '--init-groups'],
    async give(folder) {
      const within = (await readdir(folder)).map(name => join(folder, name))
      for (const path of [folder, ...within]) await chown(path, uid, gid)
    },
  }
}

function userIds(user: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map(option => {
    const asked = Bun.spawnSync(['id', option, user], { stderr: 'ignore' })
    return asked.exitCode === 0 ? Number(asked.stdout.toString()) : undefined
  })
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}
