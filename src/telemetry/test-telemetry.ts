import { openCounters } from './counters.ts'
import type { LogLevel } from './log.ts'
import { openLog } from './open-log.ts'
import type { Telemetry } from './telemetry.ts'

/** 2026-11-21T06:30:00.000Z */
const NOON = Date.UTC(2026, 10, 21, 6, 30)

/** A log whose lines can be read. */
export function recorded(level: LogLevel = 'trace', format: 'json' | 'pretty' = 'json') {
  let text = ''
  const to = (chunk: string) => {
    text += chunk
  }
  const telemetry: Telemetry = {
    log: openLog({ level, format, to, clock: { now: () => NOON } }),
    counters: openCounters(),
  }
  async function lines(): Promise<string[]> {
    await telemetry.log.flush()
    return text.split('\n').slice(0, -1)
  }
  async function objects(): Promise<unknown[]> {
    return (await lines()).map(line => JSON.parse(line))
  }
  return { telemetry, lines, objects }
}
