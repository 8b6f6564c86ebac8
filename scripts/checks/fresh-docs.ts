import { staleDocuments } from '../docs.ts'
import type { Check } from './check.ts'

/** What is generated from the code is what the code generates. */
export const freshDocs: Check = {
  name: 'docs',
  async run() {
    const { all, stale } = await staleDocuments()
    return {
      note: `${all.join(', ')} are what the code generates`,
      problems: stale.map(file => `${file} is stale: run bun run docs`),
    }
  },
}
