import type { Build } from '../telemetry/events.ts'
import { usage } from './arguments.ts'
import type { Command, Flag } from './command.ts'
import { COMMANDS } from './commands.ts'

/** `orion-server --help` */
export function generalHelp({ version }: Build): string {
  return `orion-server ${version}: services that are declared, not deployed

Declare workflows and channels over HTTP, and this one file stores, versions and serves them. It needs nothing
beside it: the database is a file in the working directory unless the configuration says otherwise.

Usage: orion-server [-c FILE] [COMMAND]

Commands:
${COMMANDS.map(commandLines).join('\n')}
  help COMMAND      Tell more about a command
                      orion-server help migrate

Options:
${options([])}

Every key of the configuration is also an environment variable, which beats the file:
server.port is ORION_SERVER__PORT. The server's own pages are at /docs and /health.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 differences (plan, migrate --dry-run --exit-code).
`
}

/** `orion-server help COMMAND` */
export function commandHelp(command: Command): string {
  const { name, summary, details, flags, operands, example } = command
  const parts = [name, ...flags.map(shortUsage), ...(operands === undefined ? [] : [operands])]
  return `orion-server ${name}: ${summary}

${details}

Usage: orion-server [-c FILE] ${parts.join(' ')}

Options:
${options(flags)}

Example:
  ${example}
`
}

function shortUsage({ name, short = name, value, choices, required }: Flag): string {
  const text = value === undefined ? short : `${short} ${choices?.join('|') ?? value}`
  return required ? text : `[${text}]`
}

const GLOBAL_OPTIONS: readonly Flag[] = [
  {
    name: '--config',
    short: '-c',
    value: 'FILE',
    summary: 'Configuration in TOML; without it, defaults and environment variables hold',
  },
  { name: '--help', short: '-h', summary: 'Show help, also of a command' },
  {
    name: '--version',
    short: '-V',
    summary: 'Show the version; --version with commit and time of the build',
  },
]

/** A line each, those of every command last. */
function options(own: readonly Flag[]): string {
  const flags = [...own, ...GLOBAL_OPTIONS]
  const width = Math.max(...flags.map(flag => usage(flag).length))
  return flags.map(flag => `  ${usage(flag).padEnd(width)} ${flag.summary}`).join('\n')
}

function commandLines({ name, summary, example }: Command): string {
  return `  ${name.padEnd(17)} ${summary}\n${' '.repeat(22)}${example}`
}
