import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from '../harness/binary.ts'
import type { Figure } from './report.ts'
import type { Scenario } from './scenario.ts'
import { residentMb, runWrk } from './wrk.ts'

const STARTS = 9
const CONNECTIONS = 50
const CHUNK_SECONDS = 5
const WAL_LIMIT_MB = 64

/** Milliseconds from spawning the executable to its first 200 of `/readyz`, over an existing database. */
export async function measureStart(): Promise<Figure> {
  const first = await startServer()
  await using _ = first
  await first.stop()
  const times: number[] = []
  for (let n = 0; n < STARTS; n++) {
    await using server = await startServer({ folder: first.folder })
    times.push(server.readyAfterMs)
    await server.stop()
  }
  const median = times.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN
  return { name: 'start to ready', value: median, unit: 'ms', atMost: 200 }
}

/** Resident memory after 500,000 requests; in the long tier after 1,000,000 too, which may be 5 % more. */
export async function measureMemory(scenario: Scenario, long: boolean): Promise<Figure[]> {
  await using server = await startServer()
  await scenario.declare(server.client, server.url)
  let sent = 0
  const drive = async (until: number) => {
    while (sent < until) {
      const load = { connections: CONNECTIONS, seconds: CHUNK_SECONDS }
      sent += (await runWrk(server, scenario.traffic, load)).requests
    }
    return residentMb(server.pid)
  }
  const half = await drive(500_000)
  const figures: Figure[] = [{ name: 'memory after 500,000 requests', value: half, unit: 'MB', atMost: 120 }]
  if (long) {
    const value = await drive(1_000_000)
    figures.push({ name: 'memory after 1,000,000 requests', value, unit: 'MB', atMost: half * 1.05 })
  }
  return figures
}

/** The largest that the write-ahead log has been at any second of five minutes of traced load. */
export async function measureWal(scenario: Scenario, seconds: number): Promise<Figure> {
  await using server = await startServer()
  await scenario.declare(server.client, server.url)
  const end = performance.now() + seconds * 1000
  let largestBytes = 0
  while (performance.now() < end) {
    await runWrk(server, scenario.traffic, { connections: CONNECTIONS, seconds: 1 })
    const { size } = await stat(join(server.folder, 'orion.db-wal'))
    largestBytes = Math.max(largestBytes, size)
  }
  return {
    name: `largest WAL in ${seconds} s of load`,
    value: largestBytes / 2 ** 20,
    unit: 'MiB',
    atMost: WAL_LIMIT_MB,
  }
}
