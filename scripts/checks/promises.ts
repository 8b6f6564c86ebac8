import type { Check } from './check.ts'
import { checkByTool } from './tool.ts'

const RULES = ['typescript/no-floating-promises', 'typescript/no-misused-promises']

/** What needs types and what Biome cannot see: a promise that nobody awaits. */
export const promises: Check = {
  name: 'promises',
  run: () =>
    checkByTool('no floating promise', 'oxlint', [
      '--type-aware',
      '--format=unix',
      '--allow=all',
      ...RULES.map(rule => `--deny=${rule}`),
      'src',
      'scripts',
      'tests',
    ]),
}
