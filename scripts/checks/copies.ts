import type { Check } from './check.ts'
import { checkByTool } from './tool.ts'

/** A copy is a run of tokens that stands twice; two imports in a row or a pair of small closures are none. */
const SMALLEST_COPY_TOKENS = 60
const SMALLEST_COPY_LINES = 6

export const copies: Check = {
  name: 'copies',
  run: () =>
    checkByTool(`nothing of ${SMALLEST_COPY_TOKENS} tokens stands twice`, 'jscpd', [
      `--min-tokens=${SMALLEST_COPY_TOKENS}`,
      `--min-lines=${SMALLEST_COPY_LINES}`,
      '--mode=weak',
      '--format=typescript',
      '--ignore=**/*.test.ts',
      '--reporters=ai',
      '--exit-code=1',
      '--no-tips',
      'src',
      'scripts',
    ]),
}
