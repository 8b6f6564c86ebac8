import { describe, expect, test } from 'bun:test'
import { run } from './test-terminal.ts'

describe('init', () => {
  test('writes an example that has nothing to be said of', async () => {
    const { code, out, written } = await run(['init', 'shop'])
    const paths = Object.keys(written)
    expect([code, paths]).toEqual([
      0,
      [
        'shop/README.md',
        'shop/.github/workflows/orion.yml',
        'shop/channels/orders.json',
        'shop/schemas/workflow.json',
        'shop/schemas/channel.json',
        'shop/schemas/connector.json',
        'shop/schemas/case.json',
        'shop/tests/large-order.case.json',
        'shop/tests/small-order.case.json',
        'shop/workflows/orders.json',
      ],
    ])
    expect(out).toStartWith('wrote shop/README.md\n')
    expect(out).toContain('\n  orion-server test shop\n')
    const files = { files: written }
    expect(await run(['fmt', '--check', 'shop'], files)).toMatchObject({ code: 0, out: '', err: '' })
    expect(await run(['lint', '--strict', 'shop'], files)).toMatchObject({ code: 0, err: '' })
    const tested = await run(['test', 'shop', '--min-coverage', '100'], files)
    expect(tested).toMatchObject({ code: 0, err: '' })
  })

  test('writes a CI file that checks every change, and says what it would change', async () => {
    const { written } = await run(['init', 'shop'])
    const read: unknown = Bun.YAML.parse(written['shop/.github/workflows/orion.yml'] ?? '')
    const runs = Object(read).jobs.definitions.steps.map(({ run: script }: { run?: string }) => script)
    expect(runs.slice(2)).toEqual([
      'orion-server fmt --check .',
      'orion-server lint --strict .',
      'orion-server test .',
      'orion-server plan . || [ $? -eq 3 ]',
    ])
  })

  test('tells programs what it wrote', async () => {
    const { out, written } = await run(['init', '--json', 'shop'])
    expect(JSON.parse(out)).toEqual({ written: Object.keys(written) })
  })

  test.each<[string, Record<string, string>, string]>([
    ['something', { 'shop/notes/a.txt': '' }, 'there is shop/notes/a.txt; name a new or an empty folder'],
    [
      'a CI file of its own',
      { 'shop/.github/workflows/orion.yml': '' },
      'there is shop/.github/workflows/orion.yml; name a new or an empty folder',
    ],
    ['its name for a file', { shop: '' }, 'it is a file; name a folder'],
  ])('refuses a folder that has %s, and writes nothing', async (_, files, reason) => {
    expect(await run(['init', 'shop'], { files })).toMatchObject({
      code: 1,
      out: '',
      err: `Error: Cannot write an example into "shop": ${reason}\n`,
      written: {},
    })
  })

  test('a folder with hidden files alone is empty', async () => {
    expect((await run(['init', 'shop'], { files: { 'shop/.git/HEAD': 'ref' } })).code).toBe(0)
  })
})
