import type { ProbeReport } from '../connector/live/probe.ts'
import { nearestName } from '../std/nearest-name.ts'
import { type Command, EXIT } from './command.ts'
import { openConnectivity, type Probed } from './connectivity.ts'
import { loadSettings } from './settings.ts'

export const testConnectivity: Command = {
  name: 'test-connectivity',
  summary: 'Connect to what is behind the connectors',
  details: `Reads the connectors of the configured database, really connects to each one that is enabled, or to those that are
named, and tells what failed: the look-up of its name, the dial, TLS, signing in, or the first question. Nothing is
changed, here or there. Each one has ten seconds. Exit code 1 when one cannot be reached.`,
  example: 'orion-server test-connectivity -c orion.toml payments',
  operands: '[NAME...]',
  flags: [{ name: '--json', summary: 'Tell it as JSON, for programs' }],
  async run(terminal, invocation) {
    const { config } = await loadSettings(terminal, invocation)
    await using connectivity = await openConnectivity(config, terminal)
    const probed = await connectivity.probe(chosen(connectivity.names, invocation.operands))
    const report = { storage: { url: String(config.storage.url), reachable: true }, connectors: probed }
    terminal.stdout(
      invocation.flags.has('--json')
        ? `${JSON.stringify(report, null, 2)}\n`
        : text(report.storage.url, probed),
    )
    return probed.some(isFailed) ? EXIT.failed : EXIT.done
  },
}

/** Undefined is every one that is enabled. Throws for a name that nobody has. */
function chosen(names: readonly string[], wanted: readonly string[]): ReadonlySet<string> | undefined {
  if (wanted.length === 0) return undefined
  for (const name of wanted) {
    if (names.includes(name)) continue
    const near = nearestName(name, [...names])
    const suggestion = near === undefined ? '' : `; did you mean "${near}"?`
    throw new Error(`There is no connector "${name}"${suggestion}`)
  }
  return new Set(wanted)
}

/** What this version cannot connect to at all has not failed. */
function isFailed({ reachable, supported }: ProbeReport): boolean {
  return supported && !reachable
}

function text(storage: string, probed: readonly Probed[]): string {
  const rows = probed.map(row => [`${row.name} (${row.connector_type})`, outcome(row), found(row)] as const)
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  const lines = rows.map(([name, how, what]) => `${`${name}:`.padEnd(width + 1)} ${how.padEnd(7)} ${what}\n`)
  return `storage: ${storage} OK\n${lines.join('') || 'No connectors to test.\n'}`
}

function outcome(report: ProbeReport): string {
  if (report.reachable) return 'OK'
  return report.supported ? 'FAILED' : 'SKIPPED'
}

function found({ stage, message, supported, duration_ms }: ProbeReport): string {
  const where = stage === null ? '' : `${stage}: `
  return supported ? `${where}${message} (${Math.round(duration_ms)} ms)` : message
}
