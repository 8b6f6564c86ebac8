import { join } from 'node:path'
import { ROOT } from '../root.ts'
import type { Finding } from './check.ts'

interface ToolRun {
  readonly code: number
  readonly output: string
}

/** Runs a program of node_modules under this Bun, so that no Node.js is needed. */
export async function runTool(name: string, args: readonly string[]): Promise<ToolRun> {
  const tool = Bun.spawn([process.execPath, join(ROOT, 'node_modules/.bin', name), ...args], {
    cwd: ROOT,
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, NO_COLOR: '1' },
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
    tool.exited,
  ])
  return { code, output: `${stdout}${stderr}`.trim() }
}

/** A check that is one run of a program: it passes when the program ends with 0. */
export async function checkByTool(note: string, name: string, args: readonly string[]): Promise<Finding> {
  const { code, output } = await runTool(name, args)
  if (code === 0) return { note, problems: [] }
  return { note, problems: output === '' ? [`${name} ended with ${code}`] : output.split('\n') }
}
