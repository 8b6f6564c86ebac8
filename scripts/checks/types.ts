import type { Check } from './check.ts'
import { checkByTool } from './tool.ts'

export const types: Check = {
  name: 'types',
  run: () => checkByTool('strict TypeScript', 'tsc', ['--project', '.', '--pretty', 'false']),
}
