import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../root.ts'
import { readJunit, type TestCase } from './junit.ts'

export interface BunTestRequest {
  /** Test files, relative to the checkout. */
  readonly files: readonly string[]
  /** Only tests whose name contains this text. */
  readonly nameContains?: string
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string>>
}

export interface BunTestResult {
  readonly cases: readonly TestCase[]
  /** Failures that belong to no test: a file that does not load, a crash of the run. */
  readonly strayFailures: number
}

/** Runs `bun test` on the files, shows its failures as they come, and reads its report. */
export async function bunTest(request: BunTestRequest): Promise<BunTestResult> {
  const { files, nameContains, timeoutMs, env } = request
  if (files.length === 0) return { cases: [], strayFailures: 0 }
  const folder = await mkdtemp(join(tmpdir(), 'orion-junit-'))
  try {
    const report = join(folder, 'report.xml')
    const pattern = nameContains === undefined ? [] : ['-t', escapePattern(nameContains)]
    const run = Bun.spawn(
      [
        process.execPath,
        'test',
        '--only-failures',
        `--timeout=${timeoutMs}`,
        '--reporter=junit',
        `--reporter-outfile=${report}`,
        ...pattern,
        ...files.map(file => `./${file}`),
      ],
      { cwd: ROOT, env: { ...process.env, ...env }, stdin: 'ignore', stdout: 'inherit', stderr: 'pipe' },
    )
    const [summary, code] = await Promise.all([passOn(run.stderr), run.exited])
    const written = await Bun.file(report).exists()
    const cases = written ? readJunit(await Bun.file(report).text()) : []
    const matched = cases.filter(({ name }) => nameContains === undefined || name.includes(nameContains))
    return { cases: matched, strayFailures: strayFailures(code, summary, matched) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Files that do not load and crashes are in no report: the summary counts the first, the exit code tells the second. */
function strayFailures(code: number, summary: string, cases: readonly TestCase[]): number {
  if (code === 0 || /regex ".*" matched 0 tests/.test(summary)) return 0
  const errors = Number(summary.match(/^ *(\d+) errors?$/m)?.[1] ?? 0)
  const failed = cases.some(({ outcome }) => outcome === 'failed')
  return errors === 0 && !failed ? 1 : errors
}

/** Shows a stream as it comes and answers its last part, which holds Bun's summary. */
async function passOn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let tail = ''
  for await (const chunk of stream) {
    process.stderr.write(chunk)
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000)
  }
  return tail
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
