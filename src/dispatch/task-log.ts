import type { TaskLog } from '../engine/functions-api.ts'
import type { Log } from '../telemetry/log.ts'

/** Where lines of the `log` function go (contract 10). */
export function taskLog(log: Log): TaskLog {
  return {
    enabled: level => log.enabled(level),
    write: (level, line) => log.write(level, 'dataflow::log', line),
  }
}
