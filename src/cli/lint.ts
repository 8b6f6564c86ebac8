import { platformRate } from '../config/platform-rate.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { engineLimits } from '../engine/limits.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { lintFiles, type SourceFile } from './lint-files.ts'
import { jsonReport, textReport } from './lint-report.ts'
import { readSettings } from './settings.ts'

export const lint: Command = {
  name: 'lint',
  summary: 'Check workflow, channel and connector files',
  details: `Tells what a definition would be refused for, and what would do something else than it seems to: an
operator that is not one, a condition that never holds, data that is read before anything wrote it, a guard
that refuses everybody, a cache whose key lacks what the workflow reads. Needs no server and no database. A
file holds one definition, an array of them, or an export; connectors, channels and workflows that one file
declares are known in the others. Rate limits are compared with that of the file named by -c. Exit code 1
for errors, 0 for warnings unless --strict.`,
  example: 'orion-server lint --strict workflows/*.json',
  operands: 'FILE...',
  flags: [
    {
      name: '--format',
      value: 'FORMAT',
      choices: ['text', 'json'],
      summary: 'How it is told: text (unless said otherwise) or json',
    },
    { name: '--strict', summary: 'Exit with 1 for warnings, too' },
  ],
  async run(terminal, invocation) {
    const { operands, values, flags } = invocation
    const { config } = await readSettings(terminal, invocation)
    const sources = await Promise.all(operands.map(path => readSource(terminal, path)))
    const results = lintFiles(sources, {
      functions: functionTable(builtInFunctions),
      limits: engineLimits(config.engine),
      // Without a file it is not known what the server will be told.
      platformRate: invocation.configPath === undefined ? undefined : platformRate(config),
    })
    const isStrict = flags.has('--strict')
    const { stdout, stderr } =
      values.get('--format') === 'json' ? jsonReport(results) : textReport(results, isStrict)
    if (stderr !== '') terminal.stderr(stderr)
    if (stdout !== '') terminal.stdout(stdout)
    const fails = results.some(({ findings }) =>
      findings.some(({ severity }) => isStrict || severity === 'error'),
    )
    return fails ? EXIT.failed : EXIT.done
  },
}

async function readSource(terminal: Terminal, path: string): Promise<SourceFile> {
  try {
    return { path, text: await terminal.readFile(path) }
  } catch (error) {
    return { path, unreadable: error instanceof Error ? error.message : String(error) }
  }
}
