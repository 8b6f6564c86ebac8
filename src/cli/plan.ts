import { askApply, readDefinitions, tellRefusal } from './apply-request.ts'
import { type Command, EXIT } from './command.ts'
import { DOOR_FLAGS, openAdminDoor } from './open-door.ts'
import { planText } from './plan-text.ts'

export const plan: Command = {
  name: 'plan',
  summary: 'Tell what "apply" would do to a server',
  details: `DIR holds workflows/<id>.json, channels/<id>.json and connectors/<name>.json. Compares them with what is written
down, field by field, and rehearses the change to the end: what "apply" would be refused for, this is, too, with
the place in the file. Changes nothing. Exit code 0 when there is nothing to do, 3 when there is, 1 for errors.`,
  example: 'orion-server plan definitions --server https://orion.example.com',
  operands: 'DIR',
  flags: [
    { name: '--prune', summary: 'Tell also what would be deleted because no file declares it' },
    ...DOOR_FLAGS,
    { name: '--json', summary: 'Tell it as JSON, for programs' },
  ],
  async run(terminal, invocation) {
    const { operands, flags } = invocation
    const [folder = ''] = operands
    const isJson = flags.has('--json')
    await using door = await openAdminDoor(terminal, invocation)
    const read = await readDefinitions(terminal, folder)
    const asked =
      'files' in read ? await askApply(door, read.files, { prune: flags.has('--prune'), dryRun: true }) : read
    if (!('plan' in asked)) {
      tellRefusal(terminal, asked, isJson)
      return EXIT.failed
    }
    terminal.stdout(isJson ? `${JSON.stringify(asked.plan, null, 2)}\n` : planText(asked.plan))
    return asked.plan.changes.length > 0 ? EXIT.differences : EXIT.done
  },
}
