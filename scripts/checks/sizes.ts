import type { Check } from './check.ts'
import { readSources } from './sources.ts'

const LONGEST_FILE_LINES = 300

/** No source file grows past what one reads at a sitting; Biome watches the functions. Tests may be longer. */
export const sizes: Check = {
  name: 'sizes',
  async run() {
    const folders = await Promise.all(
      ['src', 'scripts'].map(async folder =>
        (await readSources(folder)).map(({ path, lines }) => ({ path: `${folder}/${path}`, lines })),
      ),
    )
    const sources = folders.flat().filter(source => !source.path.endsWith('.test.ts'))
    const long = sources.filter(source => source.lines > LONGEST_FILE_LINES)
    const median =
      sources.map(source => source.lines).sort((a, b) => a - b)[Math.floor(sources.length / 2)] ?? 0
    return {
      note: `${sources.length} files of at most ${LONGEST_FILE_LINES} lines, median ${median}`,
      problems: long.map(
        ({ path, lines }) => `${path}: ${lines} lines; ${LONGEST_FILE_LINES} is the limit, split it by idea`,
      ),
    }
  },
}
