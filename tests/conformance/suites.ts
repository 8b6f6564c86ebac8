import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = process.env.ORION_SUITES ?? join(import.meta.dir, '../../../shared/suites')

/** Text of one file of the recorded suites; undefined, and said so, where they are not at hand. CI demands them. */
export function suiteText(path: string): string | undefined {
  const file = join(ROOT, path)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const reason = `suite ${path} is not in ${ROOT}; ORION_SUITES names another folder`
  if (process.env.CI === 'true') throw new Error(reason)
  console.warn(`left out: ${reason}`)
  return undefined
}

/** The lines of a `.jsonl` file as values. */
export function suiteLines<Line>(path: string, read: (value: unknown) => Line): Line[] {
  const text = suiteText(path)
  if (text === undefined) return []
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => read(JSON.parse(line)))
}
