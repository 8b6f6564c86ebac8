import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { freePort, startServer } from '../harness/binary.ts'
import type { Scenario, TraceMode } from './scenario.ts'
import { BODY } from './scenarios.ts'
import type { Target, Traffic } from './wrk.ts'

/** A running process and the traffic that it is measured under. */
export interface Subject extends AsyncDisposable {
  readonly name: string
  readonly traces: TraceMode | undefined
  readonly scenario: Scenario | undefined
  readonly target: Target
  readonly traffic: Traffic
}

/** The default configuration with its log written to a file, the scenario's definitions, and traces as asked; `far` echoes. */
export async function startSubject(scenario: Scenario, traces: TraceMode, far: string): Promise<Subject> {
  const server = await startServer({ env: { ORION_TRACING__STORAGE__MODE: traces } })
  await scenario.declare(server.client, far)
  return {
    name: scenario.name,
    traces,
    scenario,
    target: server,
    traffic: scenario.traffic,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The bare server, compiled in the same way; with `far`, one that passes everything on to there. */
export async function startBare(far?: string): Promise<Subject> {
  const outfile = join(ROOT, 'dist/bench-bare')
  const flags = ['--compile', '--minify-syntax', '--minify-whitespace', '--bytecode', '--format=esm']
  const source = join(import.meta.dir, 'bare.ts')
  const build = Bun.spawn([process.execPath, 'build', ...flags, `--outfile=${outfile}`, source], {
    stdout: 'ignore',
    stderr: 'inherit',
  })
  if ((await build.exited) !== 0) throw new Error('Cannot build the bare server')
  const port = freePort()
  const child = Bun.spawn([outfile], {
    env: { BARE_PORT: String(port), ...(far !== undefined && { BARE_FAR: far }) },
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const url = `http://127.0.0.1:${port}`
  await waitForAnswer(url, child)
  return {
    name: far === undefined ? 'bare' : 'proxy',
    traces: undefined,
    scenario: undefined,
    target: { url, pid: child.pid },
    traffic: { method: 'POST', paths: ['/'], body: BODY },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

async function waitForAnswer(url: string, child: Bun.Subprocess): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(url, { method: 'POST', body: '{}' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answered) return
    await Bun.sleep(5)
  }
  throw new Error(`The bare server ended with ${child.exitCode}`)
}
