import { writeExactIntegers } from '../std/exact-integers.ts'
import { readArguments } from './arguments.ts'
import { type Command, EXIT, type ExitCode, type Terminal } from './command.ts'
import { COMMANDS } from './commands.ts'
import { failureText } from './failure.ts'
import { commandHelp, generalHelp } from './help.ts'
import { UsageError } from './usage-error.ts'
import { versionText } from './version.ts'

/** Does what the command line asks for; answers the exit code. */
export async function runCli(terminal: Terminal): Promise<ExitCode> {
  writeExactIntegers()
  const request = readArguments(terminal.argv, COMMANDS)
  switch (request.kind) {
    case 'help': {
      const { command } = request
      terminal.stdout(command === undefined ? generalHelp(terminal.build) : commandHelp(command))
      return EXIT.done
    }
    case 'version':
      terminal.stdout(versionText(terminal.build, request.long))
      return EXIT.done
    case 'misused':
      return misused(terminal, request.reason, request.command)
    case 'run':
      try {
        return await request.command.run(terminal, request.invocation)
      } catch (error) {
        if (error instanceof UsageError) return misused(terminal, error.message, request.command)
        terminal.stderr(failureText(error))
        return EXIT.failed
      }
    default:
      return request satisfies never
  }
}

function misused(terminal: Terminal, reason: string, command: Command | undefined): ExitCode {
  const topic = command === undefined ? '--help' : `help ${command.name}`
  terminal.stderr(`Error: ${reason}\n\norion-server ${topic} tells what there is.\n`)
  return EXIT.usage
}
