import { join } from 'node:path'
import { errorsDocument } from './docs/errors.ts'
import { ROOT } from './root.ts'

/** A document that is made from the code. */
interface GeneratedDocument {
  readonly file: string
  render(): string
}

const DOCUMENTS: readonly GeneratedDocument[] = [{ file: 'docs/errors.md', render: errorsDocument }]

/** The files of all generated documents, and of those that differ from what the code generates. */
export async function staleDocuments(): Promise<{ all: string[]; stale: string[] }> {
  const stale: string[] = []
  for (const { file, render } of DOCUMENTS) {
    const onDisk = Bun.file(join(ROOT, file))
    if (!(await onDisk.exists()) || (await onDisk.text()) !== render()) stale.push(file)
  }
  return { all: DOCUMENTS.map(({ file }) => file), stale }
}

if (import.meta.main) {
  const { stale } = await staleDocuments()
  for (const { file, render } of DOCUMENTS) {
    if (!stale.includes(file)) continue
    await Bun.write(join(ROOT, file), render())
    console.log(`wrote ${file}`)
  }
  if (stale.length === 0) console.log('every generated document is fresh')
}
