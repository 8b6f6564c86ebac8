import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backing } from './backing.ts'
import { adviceOn } from './missing.ts'
import { findProgram, run } from './programs.ts'

const POLICY = '/usr/sbin/policy-rc.d'
const POSTGRES_CLUSTERS = '/etc/postgresql-common/createcluster.conf'

/** Gets missing services from the package sources of this machine; none of them starts by itself. */
export async function install(backings: readonly Backing[], obstacle = obstacleToInstall()): Promise<void> {
  const missing = backings.filter(backing => backing.find() === undefined)
  if (missing.length === 0) return
  const titles = missing.map(({ title }) => title).join(', ')
  if (obstacle !== undefined) throw new Error(`Cannot install ${titles}: ${obstacle}\n${adviceOn(missing)}`)
  console.log(`==> Installing ${titles}`)
  try {
    await installPackages(missing.flatMap(({ packages }) => packages))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Cannot install ${titles}: ${reason}\n${adviceOn(missing)}`, { cause: error })
  }
}

function obstacleToInstall(): string | undefined {
  if (findProgram('apt-get') === undefined) return 'this machine has no apt-get'
  if (process.getuid?.() !== 0) return 'only root may install packages'
  return undefined
}

async function installPackages(packages: readonly string[]): Promise<void> {
  const isOurs = !(await Bun.file(POLICY).exists())
  if (isOurs) await Bun.write(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    if (!(await Bun.file(POSTGRES_CLUSTERS).exists())) {
      await Bun.write(POSTGRES_CLUSTERS, 'create_main_cluster = false\n')
    }
    await apt('update')
    await apt('install', '-y', '--no-install-recommends', ...packages)
  } finally {
    if (isOurs) await rm(POLICY, { force: true })
  }
}

/** One of us at a time: apt does not wait for itself. */
function apt(...words: readonly string[]): Promise<void> {
  const flock = findProgram('flock')
  const turn = flock === undefined ? [] : [flock, join(tmpdir(), 'orion-apt.lock')]
  return run([...turn, 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120', ...words], '/')
}
