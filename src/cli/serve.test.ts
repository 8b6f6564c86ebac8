import { describe, expect, test } from 'bun:test'
import type { Terminal } from './command.ts'
import { start } from './test-terminal.ts'

/** The server as the composition root hands it out: it says what is done to it, and ends when the test says so. */
function stage({ listening = true, drains = true } = {}) {
  const deeds: string[] = []
  const { promise: closing, resolve: close } = Promise.withResolvers<void>()
  const openOrion: Terminal['openOrion'] = async config => {
    deeds.push('open')
    return {
      listen() {
        if (!listening) throw new Error('Cannot listen on 0.0.0.0:8080', { cause: new Error('EADDRINUSE') })
        deeds.push('listen')
        return {
          host: config.server.host,
          port: config.server.port,
          async stop(deadlineMs) {
            deeds.push(`stop within ${deadlineMs}`)
            return drains
          },
        }
      },
      fetch: () => Promise.reject(new Error('nobody asks')),
      beginDrain: () => void deeds.push('drain'),
      async [Symbol.asyncDispose]() {
        deeds.push('dispose')
        if (listening) await closing
      },
    }
  }
  return { deeds, openOrion, close }
}

const JSON_LOG = { ORION_LOGGING__FORMAT: 'json' }
const messages = (log: string): string[] =>
  log
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).fields.message)

describe('serve', () => {
  test('starts, drains on a signal, and says so', async () => {
    const { deeds, openOrion, close } = stage()
    const { seen, exit, signals } = start([], { env: JSON_LOG, openOrion })
    signals.push('SIGTERM')
    close()
    expect(await exit).toBe(0)
    expect(deeds).toEqual(['open', 'listen', 'drain', 'stop within 30000', 'dispose'])
    expect(seen.err).toBe(
      'Note: no config file specified (-c <path>). Using defaults + ORION_* env overrides.\n' +
        'Shutdown signal received, starting graceful shutdown...\n' +
        'Orion shut down cleanly\n',
    )
    expect(messages(seen.log)).toEqual([
      'Starting Orion — Declarative Services Runtime',
      expect.stringContaining('admin_auth.enabled is false'),
      'Orion is ready',
      'Shutdown signal received',
      'Orion shut down cleanly',
    ])
    expect(seen.out).toBe('')
  })

  test('a second signal ends it at once', async () => {
    const { deeds, openOrion } = stage()
    const { seen, exit, signals } = start(['serve'], { env: JSON_LOG, openOrion })
    signals.push('SIGINT')
    signals.push('SIGINT')
    expect(await exit).toBe(1)
    expect(deeds).toContain('drain')
    expect(seen.err).not.toContain('cleanly')
  })

  test('a log that nobody reads does not keep it from ending', async () => {
    const { openOrion, close } = stage()
    const never = new Promise<void>(() => undefined)
    const { seen, exit, signals } = start(['serve'], { openOrion, logTo: () => never })
    signals.push('SIGTERM')
    close()
    expect(await exit).toBe(0)
    expect(seen.err).toEndWith('Orion shut down cleanly\n')
  })

  test('requests that outlast the drain are told', async () => {
    const { openOrion, close } = stage({ drains: false })
    const { seen, exit, signals } = start(['serve'], {
      env: { ...JSON_LOG, ORION_SERVER__SHUTDOWN_DRAIN_SECS: '2' },
      openOrion,
    })
    signals.push('SIGTERM')
    close()
    expect(await exit).toBe(0)
    expect(seen.log).toContain('"message":"Requests in flight were cut off","shutdown_drain_secs":2')
  })

  test('a port that cannot be opened closes what was opened', async () => {
    const { deeds, openOrion } = stage({ listening: false })
    const { seen, exit } = start(['serve'], { openOrion })
    expect(await exit).toBe(1)
    expect(deeds).toEqual(['open', 'dispose'])
    expect(seen.err).toEndWith('Error: Cannot listen on 0.0.0.0:8080\n  Caused by: EADDRINUSE\n')
    expect(seen.log).toContain('Starting Orion')
    expect(seen.log).not.toContain('ready')
  })

  test('a server that cannot be opened is an error with its cause', async () => {
    const openOrion = () => Promise.reject(new Error('Cannot open the database', { cause: 'disk full' }))
    const { seen, exit } = start(['serve'], { openOrion })
    expect(await exit).toBe(1)
    expect(seen.err).toEndWith('Error: Cannot open the database\n  Caused by: disk full\n')
  })

  test('an error that nobody caught is logged and counted, and the server lives', async () => {
    const { openOrion, close } = stage()
    const { seen, exit, signals } = start(['serve'], { env: JSON_LOG, openOrion })
    await Promise.resolve()
    seen.stray?.(new Error('lost'))
    signals.push('SIGTERM')
    close()
    expect(await exit).toBe(0)
    expect(seen.log).toContain('"message":"Unhandled error","error":"lost"')
    expect(seen.log).toContain('"message":"Orion shut down cleanly","panic":1')
  })

  test('a broken configuration opens nothing', async () => {
    const { deeds, openOrion } = stage()
    const { seen, exit } = start(['serve'], { openOrion, env: { ORION_SERVER__PORT: '0' } })
    expect(await exit).toBe(1)
    expect(deeds).toEqual([])
    expect(seen.log).toBe('')
  })
})
