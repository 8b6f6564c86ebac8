import type { Check } from './check.ts'
import { checkByTool } from './tool.ts'

export const deadCode: Check = {
  name: 'dead code',
  run: () => checkByTool('every file, export and dependency is used', 'knip', ['--no-progress']),
}
