import { ROOT } from '../root.ts'
import type { Finding } from './check.ts'

interface ToolRun {
  readonly code: number
  readonly output: string
}

/** Runs a command in the checkout and collects what it prints. */
export async function run(command: readonly string[]): Promise<ToolRun> {
  const child = Bun.spawn([...command], {
    cwd: ROOT,
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, NO_COLOR: '1' },
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output: Bun.stripANSI(`${stdout}${stderr}`).trim() }
}

/**
 * A check that is one run of a program of node_modules: it passes when the program ends with 0. With `--bun` this Bun
 * stands in for Node.js, also for what the program starts, so that none is needed.
 */
export async function checkByTool(note: string, name: string, args: readonly string[]): Promise<Finding> {
  const { code, output } = await run([process.execPath, '--bun', 'run', name, ...args])
  if (code === 0) return { note, problems: [] }
  return { note, problems: output === '' ? [`${name} ended with ${code}`] : output.split('\n') }
}
