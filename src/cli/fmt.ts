import { canonicalText } from '../catalog/files/canonical-form.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { type DefinitionFolder, readDefinitionFolder } from './definition-folder.ts'
import { jsonFindings, textReport } from './lint-report.ts'

export const fmt: Command = {
  name: 'fmt',
  summary: 'Write definition files in their one canonical form',
  details: `DIR holds workflows/<id>.json, channels/<id>.json and connectors/<name>.json, one definition a file. Each is
written as "export" writes it: "$schema" first, fields in one order, what holds anyway left out, two spaces a
level, short lists and objects on one line. What a definition says stays the same, to the last digit. Prints
the files that it wrote. A file that is broken is told with its place, left as it is, and makes the exit code
1. With --check nothing is written: the files that are not in canonical form are listed, and are exit code 1.`,
  example: 'orion-server fmt --check definitions',
  operands: 'DIR',
  flags: [
    { name: '--check', summary: 'Write nothing; exit with 1 when something would be written' },
    { name: '--json', summary: 'Tell it as JSON, for programs' },
  ],
  async run(terminal, { operands, flags }) {
    const [folder = ''] = operands
    const found = await readDefinitionFolder(terminal, folder)
    const changed = rewritten(found)
    const isCheck = flags.has('--check')
    if (!isCheck) for (const { path, text } of changed) await terminal.writeFile(path, text)
    const paths = changed.map(({ path }) => path)
    if (flags.has('--json')) tellPrograms(terminal, found, paths)
    else tellPeople(terminal, found, paths)
    return found.problems.length > 0 || (isCheck && paths.length > 0) ? EXIT.failed : EXIT.done
  },
}

/** Files without problems that are not in canonical form, with the text that they should have. */
function rewritten({ files, problems }: DefinitionFolder): { path: string; text: string }[] {
  const broken = new Set(problems.map(({ path }) => path))
  return files
    .filter(({ path }) => !broken.has(path))
    .map(({ path, kind, document, text: before }) => ({ path, before, text: canonicalText(kind, document) }))
    .filter(({ before, text }) => text !== before)
}

function tellPeople(terminal: Terminal, { problems }: DefinitionFolder, paths: readonly string[]): void {
  const { stderr } = textReport(problems, true)
  if (stderr !== '') terminal.stderr(stderr)
  if (paths.length > 0) terminal.stdout(paths.map(path => `${path}\n`).join(''))
}

function tellPrograms(terminal: Terminal, { problems }: DefinitionFolder, changed: readonly string[]): void {
  terminal.stdout(`${JSON.stringify({ changed, errors: jsonFindings(problems) }, null, 2)}\n`)
}
