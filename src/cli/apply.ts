import type { ApplyPlan } from '../catalog/apply/definition.ts'
import { askApply, readDefinitions, tellRefusal } from './apply-request.ts'
import { type Command, EXIT } from './command.ts'
import { DOOR_FLAGS, openAdminDoor } from './open-door.ts'
import { planText } from './plan-text.ts'

export const apply: Command = {
  name: 'apply',
  summary: 'Make a server what the files of a folder say, all of it or nothing',
  details: `DIR holds workflows/<id>.json, channels/<id>.json and connectors/<name>.json. Prints the plan, then asks for all of
it at once: one transaction, one reload. A definition without "status" becomes active; what is as the file says
stays as it is; what no file declares stays, unless --prune. When anything is refused or would not be served,
nothing is changed, the place in the file is told, and the exit code is 1.`,
  example: 'orion-server apply definitions --prune --server https://orion.example.com',
  operands: 'DIR',
  flags: [
    { name: '--prune', summary: 'Delete every definition that no file declares' },
    { name: '--dry-run', summary: 'Print the plan and do nothing' },
    ...DOOR_FLAGS,
    { name: '--json', summary: 'Tell what was done as JSON, for programs' },
  ],
  async run(terminal, invocation) {
    const { operands, flags } = invocation
    const [folder = ''] = operands
    const isJson = flags.has('--json')
    const tell = (text: string) => (isJson ? undefined : terminal.stdout(text))
    const prune = flags.has('--prune')
    await using door = await openAdminDoor(terminal, invocation)
    const read = await readDefinitions(terminal, folder)
    const planned = 'files' in read ? await askApply(door, read.files, { prune, dryRun: true }) : read
    if ('plan' in planned) tell(planText(planned.plan))
    const goesOn = 'plan' in planned && !flags.has('--dry-run') && planned.plan.changes.length > 0
    const done =
      goesOn && 'files' in read ? await askApply(door, read.files, { prune, dryRun: false }) : planned
    if (!('plan' in done)) {
      tellRefusal(terminal, done, isJson)
      return EXIT.failed
    }
    if (isJson) terminal.stdout(`${JSON.stringify(done.plan, null, 2)}\n`)
    if (goesOn) tell(doneText(done.plan, planned.plan))
    return EXIT.done
  },
}

/** What was done, told again where it is not what was planned. */
function doneText(done: ApplyPlan, planned: ApplyPlan): string {
  const count = done.changes.length
  const sum = `Applied: ${count} change${count === 1 ? '' : 's'} live\n`
  const isAsPlanned = JSON.stringify(done.changes) === JSON.stringify(planned.changes)
  return isAsPlanned
    ? sum
    : `Meanwhile somebody else changed something; what was done:\n${planText(done)}${sum}`
}
