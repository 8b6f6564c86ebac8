import type { Check } from './check.ts'
import { checkByTool } from './tool.ts'

/** Format and lint, and with them the length of functions. */
export const format: Check = {
  name: 'format',
  run: () =>
    checkByTool('format, lint, function length', 'biome', [
      'check',
      '--error-on-warnings',
      '--reporter=concise',
      '.',
    ]),
}
