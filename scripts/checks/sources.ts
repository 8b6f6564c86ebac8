import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'
import { ROOT } from '../root.ts'

/** One TypeScript file; `path` is relative to the folder that was read (`server/answer.ts`). */
export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written: a package, or a relative path. */
  readonly specifier: string
  /** The file it names, relative to the folder that was read; undefined for packages and for files outside. */
  readonly path: string | undefined
  readonly line: number
}

/** Reads every `.ts` file under a folder of the checkout, sorted by path. */
export async function readSources(folder: string): Promise<Source[]> {
  const root = join(ROOT, folder)
  const paths = [...new Glob('**/*.ts').scanSync({ cwd: root })].sort()
  return Promise.all(
    paths.map(async path => {
      const text = await Bun.file(join(root, path)).text()
      return { path, text, lines: text.split('\n').length - 1, imports: findImports(path, text) }
    }),
  )
}

const IMPORTS =
  /^import\s[^'";()]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|^export\s+(?:type\s+)?[*{][^'";()]*?\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm

/** Every import and re-export, those of types included: `Bun.Transpiler` would leave these out. */
export function findImports(path: string, text: string): Import[] {
  return [...withoutComments(text).matchAll(IMPORTS)].map(match => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? match[4] ?? ''
    return { specifier, path: resolve(path, specifier), line: lineOf(text, match.index) }
  })
}

/** Blanks comments, keeping every line where it is. */
export function withoutComments(text: string): string {
  return text.replace(/(^|[\s;{}(,])(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g, (_, before: string, comment: string) => {
    return before + comment.replace(/[^\n]/g, ' ')
  })
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = normalize(join(dirname(from), specifier))
  return path.startsWith('..') ? undefined : path
}
