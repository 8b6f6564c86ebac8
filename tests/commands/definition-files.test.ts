import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { runCommand } from '../harness/binary.ts'
import { tempFolder } from '../harness/temp-folder.ts'

/** The example of `init`, in `shop/` of a folder of its own. */
async function shop() {
  const folder = await tempFolder()
  const command = (...args: string[]) => runCommand(args, { folder: folder.path })
  const written = await command('init', 'shop')
  const file = (path: string) => Bun.file(join(folder.path, 'shop', path))
  return {
    written,
    command,
    read: (path: string) => file(path).text(),
    bytes: (path: string) => file(path).bytes(),
    write: (path: string, text: string) => file(path).write(text),
    names: async () =>
      (await Array.fromAsync(new Bun.Glob('**').scan({ cwd: folder.path, dot: true }))).toSorted(),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

describe('orion-server init', () => {
  test('writes a service with its cases, of which no command has anything to say', async () => {
    await using example = await shop()
    expect(example.written).toMatchObject({ code: 0, stderr: '' })
    const names = await example.names()
    expect(names).toContain('shop/.github/workflows/orion.yml')
    expect(await example.command('fmt', '--check', 'shop')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await example.command('lint', '--strict', 'shop')).toMatchObject({ code: 0, stderr: '' })
    expect(await example.command('test', 'shop')).toMatchObject({ code: 0, stderr: '' })
    expect(await example.names()).toEqual(names)
  })

  test('writes the schemas that schema prints', async () => {
    await using example = await shop()
    for (const kind of ['workflow', 'channel', 'connector', 'case']) {
      const { stdout } = await example.command('schema', kind)
      expect(await example.read(`schemas/${kind}.json`)).toBe(stdout)
    }
  })

  test('refuses a folder in which something is', async () => {
    await using example = await shop()
    const before = await example.names()
    expect(await example.command('init', 'shop')).toMatchObject({ code: 1, stdout: '' })
    expect(await example.command('init', 'shop/README.md')).toMatchObject({ code: 1, stdout: '' })
    expect(await example.names()).toEqual(before)
  })
})

describe('orion-server fmt', () => {
  test('brings every file into one form, and changes no digit of what it says', async () => {
    await using example = await shop()
    const path = 'workflows/orders.json'
    const canonical = await example.read(path)
    const shuffled = { priority: 0, ...JSON.parse(canonical) }
    await example.write(path, JSON.stringify(shuffled).replace('10000', '12345678901234567890'))
    expect(await example.command('fmt', '--check', 'shop')).toMatchObject({
      code: 1,
      stdout: `shop/${path}\n`,
    })
    expect(await example.command('fmt', 'shop')).toMatchObject({
      code: 0,
      stdout: `shop/${path}\n`,
      stderr: '',
    })
    expect(await example.read(path)).toContain(
      '{ ">": [{ "var": "data.order.total" }, 12345678901234567890] }',
    )
    expect(await example.command('fmt', '--check', 'shop')).toMatchObject({ code: 0, stdout: '' })
  })

  test('leaves a broken file as it is, and tells its place', async () => {
    await using example = await shop()
    const broken = '\ufeff{"channel_id": "orders"}'
    await example.write('channels/orders.json', broken)
    const { code, stdout, stderr } = await example.command('fmt', 'shop')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toStartWith('shop/channels/orders.json:1:1: error: it begins with a byte order mark')
    expect(await example.bytes('channels/orders.json')).toEqual(new TextEncoder().encode(broken))
  })
})

describe('orion-server lint', () => {
  test('of a folder tells of a link that leads nowhere, with its line and a caret', async () => {
    await using example = await shop()
    const channel = await example.read('channels/orders.json')
    await example.write(
      'channels/orders.json',
      channel.replace('"workflow_id": "orders"', '"workflow_id": "order"'),
    )
    const { code, stderr } = await example.command('lint', 'shop')
    expect([code, stderr]).toEqual([
      1,
      [
        'shop/channels/orders.json:10:18: error: there is no workflow "order" in the folder; did you mean "orders"?',
        '  10 |   "workflow_id": "order"',
        '     |                  ^^^^^^^',
        '  expected: the id of a workflow in workflows/',
        '  UNKNOWN_WORKFLOW at workflow_id (unknown-workflow)',
        '',
        '1 error',
        '',
      ].join('\n'),
    ])
  })

  test('has nothing to say of the folder examples', async () => {
    expect(await runCommand(['lint', '--strict', 'examples'], { folder: ROOT })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })
})
