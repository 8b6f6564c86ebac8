import { join } from 'node:path'
import { ROOT } from '../root.ts'

const DOCUMENT = 'docs/architecture.md'

/** The tables of docs/architecture.md that the checks prove. Modules are folders of src, or files in it. */
export interface House {
  /** Layer of each module. */
  readonly layers: ReadonlyMap<string, number>
  readonly exceptions: readonly Exception[]
  /** Modules that alone may use a thing (a package, `process`, `process.env`). */
  readonly owners: ReadonlyMap<string, readonly string[]>
}

/** An import that is allowed though its target does not lie lower; `any` stands for every module. */
interface Exception {
  readonly from: string
  readonly to: string
}

export async function readHouse(): Promise<House> {
  return parseHouse(await Bun.file(join(ROOT, DOCUMENT)).text())
}

export function parseHouse(markdown: string): House {
  const layers = new Map<string, number>()
  for (const [layer = '', modules = ''] of rows(markdown, 'layers')) {
    for (const module of list(modules)) layers.set(module, Number(layer))
  }
  const owners = new Map<string, readonly string[]>()
  for (const [things = '', modules = ''] of rows(markdown, 'owners')) {
    for (const thing of list(things)) owners.set(thing, list(modules))
  }
  const exceptions = rows(markdown, 'exceptions').map(([from = '', to = '']) => ({ from, to }))
  return { layers, exceptions, owners }
}

/** The module of a path relative to src: `server/answer.ts` is in `server`, `errors.ts` is its own. */
export function moduleOf(path: string): string {
  return path.split('/')[0] ?? path
}

/** The cells of the table between `<!-- name -->` and `<!-- /name -->`, without its head. */
function rows(markdown: string, name: string): string[][] {
  const table = markdown.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0]
  if (table === undefined)
    throw new Error(`${DOCUMENT} has no table between <!-- ${name} --> and <!-- /${name} -->`)
  const lines = table.split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.replaceAll('`', '').trim()),
  )
}

function list(cell: string): string[] {
  return cell.split(',').map(item => item.trim())
}
