import type { Build } from '../telemetry/events.ts'
import type { Command } from './command.ts'
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
${GLOBAL_OPTIONS}

Every key of the configuration is also an environment variable, which beats the file:
server.port is ORION_SERVER__PORT. The server's own pages are at /docs and /health.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 differences (migrate --dry-run --exit-code).
`
}

/** `orion-server help COMMAND` */
export function commandHelp({ name, summary, details, flags, example }: Command): string {
  const own = flags.map(flag => `  ${flag.name.padEnd(17)} ${flag.summary}`)
  return `orion-server ${name}: ${summary}

${details}

Usage: orion-server [-c FILE] ${name}${flags.map(flag => ` [${flag.name}]`).join('')}

Options:
${[...own, GLOBAL_OPTIONS].join('\n')}

Example:
  ${example}
`
}

const GLOBAL_OPTIONS = `  -c, --config FILE Configuration in TOML; without it, defaults and environment variables hold
  -h, --help        Show help, also of a command
  -V, --version     Show the version; --version with commit and time of the build`

function commandLines({ name, summary, example }: Command): string {
  return `  ${name.padEnd(17)} ${summary}\n${' '.repeat(22)}${example}`
}
