import { join } from 'node:path'
import { configurationDoc, exampleToml } from '../src/config/document.ts'
import { channelConfigDocument } from './docs/channel-config.ts'
import { errorsDocument } from './docs/errors.ts'
import { expressionsDocument } from './docs/expressions.ts'
import { functionsDocument } from './docs/functions.ts'
import { lintDocument } from './docs/lint.ts'
import { ROOT } from './root.ts'

/** A document that is made from the code. */
interface GeneratedDocument {
  readonly file: string
  render(): string
}

const DOCUMENTS: readonly GeneratedDocument[] = [
  { file: 'docs/configuration.md', render: configurationDoc },
  { file: 'config.toml.example', render: exampleToml },
  { file: 'docs/channel-config.md', render: channelConfigDocument },
  { file: 'docs/errors.md', render: errorsDocument },
  { file: 'docs/expressions.md', render: expressionsDocument },
  { file: 'docs/functions.md', render: functionsDocument },
  { file: 'docs/lint.md', render: lintDocument },
]

async function isFresh({ file, render }: GeneratedDocument): Promise<boolean> {
  const onDisk = Bun.file(join(ROOT, file))
  return (await onDisk.exists()) && (await onDisk.text()) === render()
}

const checkOnly = process.argv.includes('--check')
for (const document of DOCUMENTS) {
  if (await isFresh(document)) continue
  if (checkOnly) {
    console.log(`${document.file} is stale: run bun run docs`)
    process.exitCode = 1
  } else {
    await Bun.write(join(ROOT, document.file), document.render())
    console.log(`wrote ${document.file}`)
  }
}
