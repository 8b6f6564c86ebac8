import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Glob } from 'bun'
import { ROOT } from './root.ts'

/** The executable: everything that a server needs, in one file. */
export const BINARY = join(ROOT, 'dist/orion-server')
const STAMP = join(ROOT, 'dist/.orion-server.inputs')
const INPUTS = ['src/**/*', 'migrations/**/*', 'package.json', 'bun.lock', 'scripts/build.ts']

/** Flags of the JavaScript engine that the executable starts with. */
const ENGINE_FLAGS = '--disallow-code-generation-from-strings=strict --max-http-header-size=65536'

/** Builds `dist/orion-server` unless it stands for the present sources; answers whether it was built. */
export async function buildBinary(): Promise<boolean> {
  const commit = await gitCommit()
  const inputs = await hashInputs(commit)
  if ((await Bun.file(BINARY).exists()) && (await textOf(STAMP)) === inputs) return false

  // The name of the file is baked into it, so it is built under its own name elsewhere and moved when whole.
  const folder = join(ROOT, 'dist', `.build-${process.pid}`)
  await mkdir(folder, { recursive: true })
  try {
    await compile(join(folder, 'orion-server'), commit)
    await rename(join(folder, 'orion-server'), BINARY)
    await Bun.write(STAMP, inputs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return true
}

async function compile(outfile: string, commit: string): Promise<void> {
  const timestamp = process.env.SOURCE_DATE_EPOCH ?? String(Math.floor(Date.now() / 1000))
  const flags = [
    '--compile',
    '--minify-syntax',
    '--minify-whitespace',
    '--bytecode',
    '--format=esm',
    '--sourcemap=linked',
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    `--compile-exec-argv=${ENGINE_FLAGS}`,
    `--define=process.env.NODE_ENV="production"`,
    `--define=process.env.ORION_GIT_HASH="${commit}"`,
    `--define=process.env.ORION_BUILD_TIMESTAMP="${timestamp}"`,
    `--outfile=${outfile}`,
  ]
  const build = Bun.spawn([process.execPath, 'build', ...flags, 'src/main.ts'], {
    cwd: ROOT,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors, code] = await Promise.all([
    new Response(build.stdout).text(),
    new Response(build.stderr).text(),
    build.exited,
  ])
  if (code !== 0) throw new Error(`Cannot build ${BINARY}: bun build ended with ${code}\n${output}${errors}`)
}

async function gitCommit(): Promise<string> {
  const git = Bun.which('git')
  if (git === null) return 'unknown'
  const show = Bun.spawn([git, 'rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, stderr: 'ignore' })
  const commit = (await new Response(show.stdout).text()).trim()
  return (await show.exited) === 0 ? commit : 'unknown'
}

/** One hash of what the executable is made from: sources, migrations, lock, compiler and commit. */
async function hashInputs(commit: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256').update(`${commit} ${Bun.version} ${process.arch}`)
  for (const pattern of INPUTS) {
    const files = [...new Glob(pattern).scanSync({ cwd: ROOT })].filter(file => !file.endsWith('.test.ts'))
    for (const file of files.sort()) hash.update(file).update(await Bun.file(join(ROOT, file)).bytes())
  }
  return hash.digest('hex')
}

async function textOf(path: string): Promise<string | undefined> {
  const file = Bun.file(path)
  return (await file.exists()) ? file.text() : undefined
}

if (import.meta.main) {
  const started = performance.now()
  const built = await buildBinary()
  const megabytes = (Bun.file(BINARY).size / 1e6).toFixed(0)
  const took = built ? `built in ${((performance.now() - started) / 1000).toFixed(1)} s` : 'is up to date'
  console.log(`dist/orion-server ${took} (${megabytes} MB)`)
}
