import type { Check } from './check.ts'
import { lineOf, readSources } from './sources.ts'

/** What must not stand in the code, and why. Spelled so that this file does not find itself. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\b(?:TODO|FIXME|HACK|XXX):?(?=\s)/g, 'a thing left undone'],
  [/@ts-(?:ignore|expect-error|nocheck)/g, 'a silenced type error'],
  [/\b(?:biome|oxlint|eslint|knip|jscpd)[-:](?:ignore|disable)/g, 'a silenced check'],
  [/\bas (?:any|never|unknown as)\b/g, 'a type that does not tell the truth'],
  [/\bnew Function\(|(?<![\w.'"`])eval\(/g, 'code from a string'],
  [/\b(?:test|it|describe)\.(?:skip|only|todo)\(/g, 'a test that does not run'],
]

const BAD_NAMES = /(?:^|[/-])(?:utils?|helpers?|managers?|services?|common|misc)(?:[.-]|\/)/

/** Rules of style.md that a search can prove: forbidden words, and names of files. */
export const words: Check = {
  name: 'words',
  async run() {
    const problems: string[] = []
    for (const folder of ['src', 'scripts', 'tests']) {
      for (const { path, text } of await readSources(folder)) {
        const file = `${folder}/${path}`
        if (file === 'scripts/checks/words.ts') continue
        for (const [pattern, why] of FORBIDDEN) {
          for (const match of text.matchAll(pattern)) {
            problems.push(`${file}:${lineOf(text, match.index)}: "${match[0].trim()}" is ${why}`)
          }
        }
        if (BAD_NAMES.test(path)) problems.push(`${file}: a file is named after its idea`)
        if (/[A-Z_]/.test(path)) problems.push(`${file}: names of files are in kebab-case`)
      }
    }
    return { note: 'nothing left undone, silenced or badly named', problems }
  },
}
