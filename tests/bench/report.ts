import { cpus, totalmem } from 'node:os'
import type { Bounds, Scenario } from './scenario.ts'
import type { Subject } from './subjects.ts'
import type { Measurement } from './wrk.ts'

/** What a subject did over all rounds: the median of each figure. */
export interface Row {
  readonly scenario: string
  readonly traces: string
  readonly connections: number
  readonly rounds: readonly Measurement[]
  readonly median: Measurement
  /** Requests per second as a share of the bare server's. */
  readonly ofBare: number
  readonly toReach: Bounds | undefined
  readonly beside: Scenario['beside']
}

/** A single figure with its bound. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly atMost?: number | undefined
  readonly atLeast?: number | undefined
}

export interface Report {
  readonly machine: string
  readonly bun: string
  readonly rounds: number
  readonly seconds: number
  readonly rows: readonly Row[]
  readonly figures: readonly Figure[]
}

export function describeMachine(): string {
  const processors = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${processors.length} x ${processors[0]?.model ?? 'unknown'}, ${gigabytes} GiB, ${process.platform}`
}

export function makeRow(
  { name, traces, scenario }: Subject,
  connections: number,
  rounds: readonly Measurement[],
  bareRounds: readonly Measurement[],
): Row {
  const median = medianOf(rounds)
  return {
    scenario: name,
    traces: traces ?? '-',
    connections,
    rounds,
    median,
    ofBare: median.requestsPerSecond / medianOf(bareRounds).requestsPerSecond,
    beside: scenario?.beside,
    toReach: traces === undefined ? undefined : scenario?.toReach?.[traces],
  }
}

function medianOf(rounds: readonly Measurement[]): Measurement {
  const middle = (figure: (round: Measurement) => number) => {
    const sorted = rounds.map(figure).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  return {
    requests: middle(round => round.requests),
    requestsPerSecond: middle(round => round.requestsPerSecond),
    p50Ms: middle(round => round.p50Ms),
    p99Ms: middle(round => round.p99Ms),
    maxMs: middle(round => round.maxMs),
    cpuPercent: middle(round => round.cpuPercent),
    rssMb: middle(round => round.rssMb),
    failures: rounds.reduce((sum, round) => sum + round.failures, 0),
  }
}

const HEAD = [
  'scenario',
  'traces',
  'conns',
  'req/s',
  'p50 ms',
  'p99 ms',
  'CPU %',
  'RSS MB',
  'of bare',
  'to reach',
  '',
]

export function printRows(rows: readonly Row[]): void {
  printTable([HEAD, ...rows.map(cellsOf)])
}

function cellsOf({ scenario, traces, connections, median, ofBare, toReach }: Row): string[] {
  return [
    scenario,
    traces,
    String(connections),
    Math.round(median.requestsPerSecond).toLocaleString('en-US'),
    median.p50Ms.toFixed(2),
    median.p99Ms.toFixed(2),
    median.cpuPercent.toFixed(0),
    median.rssMb.toFixed(0),
    ofBare.toFixed(2),
    boundsOf(toReach),
    median.failures > 0 ? `${median.failures} FAILED REQUESTS` : verdictOf(median, ofBare, toReach),
  ]
}

function boundsOf(toReach: Bounds | undefined): string {
  if (toReach === undefined) return ''
  const p99 = toReach.p99Ms === undefined ? '' : `, p99 ${toReach.p99Ms} ms`
  return `${toReach.ofBare.toFixed(2)}${p99}`
}

function verdictOf({ p99Ms }: Measurement, ofBare: number, toReach: Bounds | undefined): string {
  if (toReach === undefined) return ''
  const reached = ofBare >= toReach.ofBare && p99Ms <= (toReach.p99Ms ?? Number.POSITIVE_INFINITY)
  return reached ? 'reached' : 'MISSED'
}

export function printFigures(figures: readonly Figure[]): void {
  printTable(
    figures.map(figure => [
      figure.name,
      `${figure.value.toFixed(2)} ${figure.unit}`,
      boundOf(figure),
      figureVerdict(figure),
    ]),
  )
}

function boundOf({ atMost, atLeast }: Figure): string {
  if (atMost !== undefined) return `at most ${atMost.toFixed(2)}`
  return atLeast === undefined ? '' : `at least ${atLeast.toFixed(2)}`
}

function figureVerdict({ value, atMost, atLeast }: Figure): string {
  if (atMost === undefined && atLeast === undefined) return ''
  return value <= (atMost ?? value) && value >= (atLeast ?? value) ? 'reached' : 'MISSED'
}

/** Requests per second of one scenario as a share of those of another one in the same run. */
export function comparisons(rows: readonly Row[]): Figure[] {
  return rows.flatMap(({ scenario, traces, median, beside }) => {
    const other = rows.find(
      row => row.scenario === beside?.name && (row.traces === traces || row.traces === '-'),
    )
    if (beside === undefined || other === undefined) return []
    const value = median.requestsPerSecond / other.median.requestsPerSecond
    return [
      { name: `${scenario} of ${beside.name}, traces ${traces}`, value, unit: '', atLeast: beside.atLeast },
    ]
  })
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  for (const row of rows) {
    const line = row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
    console.log(`  ${line.join('  ').trimEnd()}`)
  }
}
