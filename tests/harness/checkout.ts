import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'

const PARTS = ['package.json', 'bun.lock', 'tsconfig.json', 'scripts', 'src', 'migrations', 'examples']
const STAMP = 'node_modules/.orion-installed'

/** Copies what the two commands need into a folder, its dependencies installed, as a clone has it after its first run. */
export async function copyCheckout(folder: string): Promise<void> {
  await installHere()
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true })
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!STAMP.endsWith(name)) await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  }
  await cp(join(ROOT, STAMP), join(folder, STAMP))
}

/** Does nothing when `./scripts/test` or `./scripts/start` ran before. */
async function installHere(): Promise<void> {
  const setUp = Bun.spawn(['sh', '-c', 'set -eu; ROOT=$1; . "$ROOT/scripts/setup.sh"', 'sh', ROOT], {
    stdout: 'ignore',
    stderr: 'inherit',
  })
  if ((await setUp.exited) !== 0) throw new Error('scripts/setup.sh failed')
}
