import { platformRate } from '../config/platform-rate.ts'
import { stubbedNames } from '../engine/cases/stubbed-names.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import { engineLimits } from '../engine/limits.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { lintFiles, readLintable } from './lint-files.ts'
import { readLintableFolder } from './lint-folder.ts'
import { jsonReport, textReport } from './lint-report.ts'
import { readSettings } from './settings.ts'
import { readSource } from './source-file.ts'

export const lint: Command = {
  name: 'lint',
  summary: 'Check workflow, channel and connector files',
  details: `Tells what a definition would be refused for, and what would do something else than it seems to: an
operator that is not one, a condition that never holds, data that is read before anything wrote it, a guard
that refuses everybody, a cache whose key lacks what the workflow reads. Needs no server and no database. A
file holds one definition, an array of them, or an export; connectors, channels and workflows that one file
declares are known in the others. A folder holds workflows/<id>.json, channels/<id>.json and
connectors/<name>.json; there a link that leads nowhere (a channel without its workflow, a workflow without
its connector, a case without its workflow) and two channels of one name or route are errors, too. Rate
limits are compared with that of the file named by -c. Exit code 1 for errors, 0 for warnings unless
--strict.`,
  example: 'orion-server lint --strict definitions',
  operands: 'DIR|FILE...',
  flags: [
    {
      name: '--format',
      value: 'FORMAT',
      choices: ['text', 'json'],
      summary: 'How it is told: text (unless said otherwise) or json',
    },
    { name: '--json', summary: 'The same as --format json' },
    { name: '--strict', summary: 'Exit with 1 for warnings, too' },
  ],
  async run(terminal, invocation) {
    const { operands, values, flags } = invocation
    const { config } = await readSettings(terminal, invocation)
    const functions = functionTable(builtInFunctions)
    const read = await Promise.all(operands.map(path => readOperand(terminal, path, functions)))
    const results = lintFiles(
      read.flatMap(({ files }) => files),
      {
        functions,
        limits: engineLimits(config.engine),
        // Without a file it is not known what the server will be told.
        platformRate: invocation.configPath === undefined ? undefined : platformRate(config),
        areAll: read.some(({ isFolder }) => isFolder),
      },
    )
    const isStrict = flags.has('--strict')
    const isJson = flags.has('--json') || values.get('--format') === 'json'
    const { stdout, stderr } = isJson ? jsonReport(results) : textReport(results, isStrict)
    if (stderr !== '') terminal.stderr(stderr)
    if (stdout !== '') terminal.stdout(stdout)
    const fails = results.some(({ findings }) =>
      findings.some(({ severity }) => isStrict || severity === 'error'),
    )
    return fails ? EXIT.failed : EXIT.done
  },
}

async function readOperand(terminal: Terminal, path: string, functions: FunctionTable) {
  const isFolder = await terminal.isFolder(path)
  const files = isFolder
    ? await readLintableFolder(terminal, path, stubbedNames(functions))
    : [readLintable(await readSource(terminal, path))]
  return { files, isFolder }
}
