import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../scripts/root.ts'

export interface BenchOptions {
  readonly rounds: number
  readonly seconds: number
  /** Only scenarios and figures whose name contains this text. */
  readonly only: string | undefined
  readonly full: boolean
  readonly out: string
}

const USAGE = `Usage: bun run bench [--rounds N] [--seconds N] [--only NAME] [--full] [--out FILE]

Drives the compiled executable with wrk, beside a bare Bun.serve in the same run, and prints medians.

  --rounds N     rounds, interleaved; 3 when missing
  --seconds N    seconds of each measurement; 6 when missing
  --only NAME    only what contains NAME: health, log, tiers, twelve, reload, guarded, http-call, start,
                 catalog, memory, wal
  --full         the first scenario at 1, 10 and 100 connections, memory after a million requests, WAL in five minutes
  --out FILE     where the JSON goes; dist/bench.json when missing
`

export function readOptions(args: string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '6' },
        only: { type: 'string' },
        full: { type: 'boolean', default: false },
        out: { type: 'string', default: join(ROOT, 'dist/bench.json') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    return {
      rounds: positive('rounds', values.rounds),
      seconds: positive('seconds', values.seconds),
      only: values.only,
      full: values.full,
      out: values.out,
    }
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} "${text}" is not a whole number above 0`)
  return value
}
