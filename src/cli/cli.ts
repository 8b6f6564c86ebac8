import { writeExactIntegers } from '../std/exact-integers.ts'
import { readArguments } from './arguments.ts'
import { EXIT, type ExitCode, type Terminal } from './command.ts'
import { COMMANDS } from './commands.ts'
import { failureText } from './failure.ts'
import { commandHelp, generalHelp } from './help.ts'
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
    case 'misused': {
      const topic = request.command === undefined ? '--help' : `help ${request.command.name}`
      terminal.stderr(`Error: ${request.reason}\n\norion-server ${topic} tells what there is.\n`)
      return EXIT.usage
    }
    case 'run':
      try {
        return await request.command.run(terminal, request.invocation)
      } catch (error) {
        terminal.stderr(failureText(error))
        return EXIT.failed
      }
    default:
      return request satisfies never
  }
}
