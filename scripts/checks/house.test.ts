import { describe, expect, test } from 'bun:test'
import { findCycles } from './cycles.ts'
import { type House, parseHouse, readHouse } from './house.ts'
import { layerProblems } from './layers.ts'
import { ownerProblems } from './owners.ts'
import { findImports, type Source } from './sources.ts'

const DOCUMENT = `
<!-- layers -->
| layer | modules |
| ----- | ------- |
| 2 | main.ts, server |
| 1 | storage, channel, connector |
| 0 | std, errors.ts |
<!-- /layers -->
<!-- exceptions -->
| from | may import | why |
| ---- | ---------- | --- |
| channel | connector | names |
| any | \`*/definition.ts\` | shared |
<!-- /exceptions -->
<!-- owners -->
| what | only in |
| ---- | ------- |
| elysia, \`@elysiajs/*\` | server |
| process | main.ts |
| process.env | main.ts |
<!-- /owners -->
`
const house: House = parseHouse(DOCUMENT)

function source(path: string, text: string): Source {
  return { path, text, lines: text.split('\n').length, imports: findImports(path, text) }
}

describe('the tables of docs/architecture.md', () => {
  test('are read with their modules, exceptions and owners', () => {
    expect([...house.layers]).toEqual([
      ['main.ts', 2],
      ['server', 2],
      ['storage', 1],
      ['channel', 1],
      ['connector', 1],
      ['std', 0],
      ['errors.ts', 0],
    ])
    expect(house.exceptions[1]).toEqual({ from: 'any', to: '*/definition.ts' })
    expect(house.owners.get('@elysiajs/*')).toEqual(['server'])
  })

  test('stand in the real document', async () => {
    const real = await readHouse()
    expect(real.layers.get('errors.ts')).toBe(0)
    expect(real.owners.get('elysia')).toEqual(['server'])
  })

  test('a missing table is named', () => {
    expect(() => parseHouse('# Architecture')).toThrow(
      'no table between <!-- layers --> and <!-- /layers -->',
    )
  })
})

describe('imports', () => {
  test('are found in every form, types and re-exports included', () => {
    const text = [
      "import type { A } from './a.ts'",
      "import { b,\n  c } from '../std/b.ts'",
      "export * from './c.ts'",
      "import './d.ts'",
      "const e = await import('./e.ts')",
      "import elysia from 'elysia'",
    ].join('\n')
    expect(findImports('server/x.ts', text).map(({ path, specifier }) => path ?? specifier)).toEqual([
      'server/a.ts',
      'std/b.ts',
      'server/c.ts',
      'server/d.ts',
      'server/e.ts',
      'elysia',
    ])
  })

  test('in comments and strings are none', () => {
    const text = "// import './a.ts'\n/* import './b.ts' */\nconst url = 'http://x' // from './c.ts'\n"
    expect(findImports('x.ts', text)).toEqual([])
  })

  test('know their line', () => {
    expect(findImports('x.ts', "/* one\ntwo */\nimport './a.ts'\n")[0]?.line).toBe(3)
  })
})

describe('layers', () => {
  const problems = (path: string, text: string) => layerProblems(house, [source(path, text)])

  test('an import that points down passes', () => {
    expect(
      problems('server/a.ts', "import { x } from '../storage/x.ts'\nimport { y } from '../std/y.ts'"),
    ).toEqual([])
  })

  test('an import that points up is named with file, line and layers', () => {
    expect(problems('std/a.ts', "\nimport type { x } from '../server/x.ts'")).toEqual([
      'src/std/a.ts:2: std (layer 0) imports server/x.ts (layer 2); only lower layers may be imported',
    ])
  })

  test('modules of one layer do not import each other', () => {
    expect(problems('connector/a.ts', "import { x } from '../channel/x.ts'")).toHaveLength(1)
    expect(problems('channel/a.ts', "import { x } from '../connector/x.ts'")).toEqual([])
  })

  test('a definition is imported from anywhere', () => {
    expect(problems('std/a.ts', "import type { X } from '../channel/definition.ts'")).toEqual([])
  })

  test('a definition imports definitions and the ground only', () => {
    expect(problems('channel/definition.ts', "import { X } from '../connector/definition.ts'")).toEqual([])
    expect(problems('server/definition.ts', "import { X } from '../server/x.ts'")).toHaveLength(1)
  })

  test('a module without a layer is named', () => {
    expect(problems('kafka/a.ts', '')).toEqual(['src/kafka: docs/architecture.md gives this module no layer'])
  })
})

describe('cycles', () => {
  test('are found over three files, types included', () => {
    const sources = [
      source('a.ts', "import type { B } from './b.ts'"),
      source('b.ts', "import { c } from './c.ts'"),
      source('c.ts', "import { a } from './a.ts'\nimport { d } from './d.ts'"),
      source('d.ts', ''),
    ]
    expect(findCycles(sources)).toEqual([['a.ts', 'b.ts', 'c.ts', 'a.ts']])
  })

  test('two ways to the same file are none', () => {
    const sources = [
      source('a.ts', "import './b.ts'\nimport './c.ts'"),
      source('b.ts', "import './d.ts'"),
      source('c.ts', "import './d.ts'"),
      source('d.ts', ''),
    ]
    expect(findCycles(sources)).toEqual([])
  })
})

describe('owners', () => {
  const lines = (path: string, text: string) =>
    ownerProblems(house, source(path, text)).map(line => line.split(': ')[0])

  test('a package is used by its owner alone', () => {
    const text = "import { Elysia } from 'elysia'\nimport { openapi } from '@elysiajs/openapi'"
    expect(lines('storage/a.ts', text)).toEqual(['src/storage/a.ts:1', 'src/storage/a.ts:2'])
    expect(lines('server/a.ts', text)).toEqual([])
  })

  test('the process and its environment are told apart', () => {
    expect(ownerProblems(house, source('std/a.ts', 'process.exit(1)'))[0]).toContain(
      'uses process; only main.ts may',
    )
    expect(ownerProblems(house, source('std/a.ts', 'const x = process.env.A'))[0]).toContain(
      'uses process.env',
    )
    expect(lines('std/a.ts', 'Bun.env.A')).toHaveLength(1)
    expect(lines('main.ts', 'process.exit(1); process.env.A')).toEqual([])
  })

  test('words and names that only look like it are free', () => {
    expect(
      lines(
        'std/a.ts',
        "const text = 'process.'\n// process.exit(1)\nsubprocess.kill(); this.process.kill()",
      ),
    ).toEqual([])
  })
})
