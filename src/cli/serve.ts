import type { Config } from '../config/schema.ts'
import { openCounters } from '../telemetry/counters.ts'
import {
  configWarning,
  drainCut,
  serverReady,
  serverStarting,
  serverStopped,
  shutdownSignal,
  strayError,
} from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import { openLog } from '../telemetry/open-log.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts'
import { loadSettings } from './settings.ts'

const LOG_FLUSH_MS = 1000
/** Busy connections learn of the stop from their next answer (`connection: close`) before idle ones are closed. */
const DRAIN_NOTICE_MS = 100

export const serve: Command = {
  name: 'serve',
  summary: 'Start the server; what happens without a command, too',
  details: `Brings the database up to date, then answers HTTP requests until SIGTERM or SIGINT. Then it takes no further
requests, finishes those in flight (server.shutdown_drain_secs) and exits with 0; a second signal ends it at once.
The log goes to standard output.`,
  example: 'orion-server -c orion.toml',
  flags: [],
  async run(terminal, invocation) {
    const { config, warnings } = await loadSettings(terminal, invocation)
    const log = openLog({ ...config.logging, to: terminal.logTo, clock: terminal.clock })
    const telemetry: Telemetry = { log, counters: openCounters() }
    terminal.onStrayError(error => strayError(telemetry, error))
    serverStarting(telemetry, terminal.build, config.environment)
    for (const warning of warnings) configWarning(telemetry, warning)
    try {
      const stop = await start(terminal, config, telemetry)
      shutdownSignal(telemetry, await terminal.nextSignal())
      terminal.stderr('Shutdown signal received, starting graceful shutdown...\n')
      const cut = terminal.nextSignal().then(() => EXIT.failed)
      return await Promise.race([cut, stop()])
    } catch (error) {
      await flushed(log, terminal)
      throw error
    }
  },
}

/** Answers how to stop: drain, close what is behind the port, say so. */
async function start(
  terminal: Terminal,
  config: Config,
  telemetry: Telemetry,
): Promise<() => Promise<ExitCode>> {
  const { clock, build, env, sqliteCommand } = terminal
  await using opened = new AsyncDisposableStack()
  const orion = opened.use(await terminal.openOrion(config, { telemetry, clock, build, env, sqliteCommand }))
  const port = orion.listen()
  serverReady(telemetry, `${port.host}:${port.port}`, String(config.storage.url))
  const running = opened.move()
  return async () => {
    orion.beginDrain()
    await terminal.sleep(DRAIN_NOTICE_MS)
    const isDrained = await port.stop(config.server.shutdown_drain_secs * 1000)
    if (!isDrained) drainCut(telemetry, config.server.shutdown_drain_secs)
    await running.disposeAsync()
    serverStopped(telemetry)
    await flushed(telemetry.log, terminal)
    terminal.stderr('Orion shut down cleanly\n')
    return EXIT.done
  }
}

/** A reader of the log that has stopped reading does not keep the server from ending. */
async function flushed(log: Log, terminal: Terminal): Promise<void> {
  await Promise.race([log.flush(), terminal.sleep(LOG_FLUSH_MS)])
}
