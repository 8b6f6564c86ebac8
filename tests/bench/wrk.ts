import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What wrk sends: a body of `""` is none; several paths take turns. */
export interface Traffic {
  readonly method: 'GET' | 'POST'
  readonly paths: readonly string[]
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** Every request has a number of its own in the place of `{n}` in its body, and in a header `idempotency-key`. */
  readonly fresh?: boolean
}

export interface Target {
  readonly url: string
  readonly pid: number
}

/** One run of wrk against one process. */
export interface Measurement {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Share of one core that the server took. */
  readonly cpuPercent: number
  /** Resident memory at the end. */
  readonly rssMb: number
  /** Answers other than 2xx and 3xx, and connections that broke or timed out: a sound run has none. */
  readonly failures: number
}

const SCRIPT = join(import.meta.dir, 'wrk.lua')

/** Drives one target from one thread over keep-alive connections. */
export async function runWrk(
  target: Target,
  traffic: Traffic,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measurement> {
  const cpuBefore = await cpuSeconds(target.pid)
  const wrk = Bun.spawn(
    [
      'wrk',
      '--threads=1',
      `--connections=${connections}`,
      `--duration=${seconds}s`,
      '--timeout=10s',
      `--script=${SCRIPT}`,
      target.url,
      '--',
      traffic.method,
      traffic.body,
      traffic.fresh ? 'fresh' : 'same',
      Object.entries(traffic.headers ?? {})
        .map(pair => pair.join(': '))
        .join('\n'),
      ...traffic.paths,
    ],
    { stdout: 'pipe', stderr: 'inherit' },
  )
  const [output] = await Promise.all([new Response(wrk.stdout).text(), wrk.exited])
  const result = readResult(output)
  const elapsedSeconds = result.durationUs / 1e6
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / elapsedSeconds,
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
    maxMs: result.maxUs / 1000,
    cpuPercent: (100 * ((await cpuSeconds(target.pid)) - cpuBefore)) / elapsedSeconds,
    rssMb: await residentMb(target.pid),
    failures: result.badAnswers + result.brokenConnections,
  }
}

interface WrkResult {
  readonly requests: number
  readonly durationUs: number
  readonly p50Us: number
  readonly p99Us: number
  readonly maxUs: number
  readonly badAnswers: number
  readonly brokenConnections: number
}

function readResult(output: string): WrkResult {
  const line = output.match(/^RESULT (\{.*\})$/m)?.[1]
  if (line === undefined) throw new Error(`wrk gave no result:\n${output}`)
  return JSON.parse(line)
}

/** User and system time of a process; Linux counts it in hundredths of a second. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]) / 1024
}
