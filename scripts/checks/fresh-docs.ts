import { join } from 'node:path'
import { ROOT } from '../root.ts'
import type { Check } from './check.ts'
import { run } from './tool.ts'

/** What is generated from the code is what the code generates. In a process of its own: it runs the code. */
export const freshDocs: Check = {
  name: 'docs',
  async run() {
    const { code, output } = await run([process.execPath, join(ROOT, 'scripts/docs.ts'), '--check'])
    return { note: 'generated documents are fresh', problems: code === 0 ? [] : output.split('\n') }
  },
}
