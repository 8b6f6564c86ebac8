import { expect, test } from 'bun:test'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY } from '../../scripts/build.ts'
import { ROOT } from '../../scripts/root.ts'
import { runCommand, startServer } from '../harness/binary.ts'
import { tempFolder } from '../harness/temp-folder.ts'

const page = await Bun.file(join(ROOT, 'docs/gitops.md')).text()
const KEY = 'a-key-of-the-walk-0123456789abcdef'

/** What docs/gitops.md shows in a block that begins so. */
function shown(fence: string): string {
  const block = page.split(`\`\`\`${fence}\n`)[1]?.split('```')[0]
  if (block === undefined) throw new Error(`docs/gitops.md has no block "${fence}"`)
  return block
}

/** A pipeline: the script of the page, in a folder where only `orion-server` and the shell are found. */
async function pipeline(server: { url: string }) {
  const folder = await tempFolder()
  await mkdir(join(folder.path, 'bin'))
  await symlink(BINARY, join(folder.path, 'bin/orion-server'))
  await Bun.write(join(folder.path, 'ci.sh'), shown('sh file=ci.sh'))
  const env = {
    ORION_URL: server.url,
    ORION_ADMIN_KEY: KEY,
    PATH: `${folder.path}/bin:${process.env.PATH}`,
  }
  const file = (path: string) => Bun.file(join(folder.path, 'shop', path))
  return {
    ci: () => runCommand(['ci.sh', 'shop'], { folder: folder.path, env, program: '/bin/sh' }),
    command: (...args: string[]) => runCommand(args, { folder: folder.path, env }),
    /** Replaces the one place where a file says something. */
    async edit(path: string, before: string, after: string) {
      const text = await file(path).text()
      expect(text.split(before)).toHaveLength(2)
      await file(path).write(text.replace(before, after))
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('a change walks from its file to the server as docs/gitops.md says', async () => {
  await using server = await startServer({
    env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEYS: KEY },
  })
  await using walk = await pipeline(server)
  const headers = { authorization: `Bearer ${KEY}` }
  const flagged = async (total: number) =>
    (await server.client.post('orders', { order_id: 'ORD-1', total })).at('data.order.flagged')
  const versions = async () => {
    const { body } = await server.client.request('GET', '/api/v1/admin/workflows/orders/versions', {
      headers,
    })
    return Object(body).total
  }

  expect(await walk.command('init', 'shop')).toMatchObject({ code: 0 })
  expect(await walk.ci()).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('2 changes live'),
  })
  expect([await flagged(10_001), await flagged(10_000), await versions()]).toEqual([true, false, 1])
  expect(await walk.ci()).toMatchObject({ code: 0, stdout: expect.stringMatching(/as the files say\.\n$/) })
  expect(await versions()).toBe(1)

  await walk.edit('workflows/orders.json', '10000]', '5000]')
  const failed = await walk.ci()
  expect([failed.code, await flagged(10_000), await versions()]).toEqual([1, false, 1])
  expect(failed.stdout).toContain(shown('text output=test'))

  const smaller = 'tests/small-order.case.json'
  await walk.edit(
    smaller,
    '"input": { "order_id": "ORD-2", "total": 10000 }',
    '"input": { "order_id": "ORD-2", "total": 5000 }',
  )
  await walk.edit(smaller, '"total": 10000', '"total": 5000')
  const changed = await walk.ci()
  expect([changed.code, await flagged(10_000), await flagged(5000), await versions()]).toEqual([
    0,
    true,
    false,
    2,
  ])
  expect(changed.stdout).toContain(shown('text output=plan'))

  await walk.edit('workflows/orders.json', '"parse_json"', '"pars_json"')
  for (const refused of [await walk.ci(), await walk.command('apply', 'shop')]) {
    expect(refused.code).toBe(1)
    expect(refused.stderr).toStartWith(shown('text output=lint'))
  }
  expect([await flagged(10_000), await flagged(5000), await versions()]).toEqual([true, false, 2])
})

test.each([
  ['is not in canonical form', '"priority": 0,\n  "name"', 1, /^shop\/workflows\/orders\.json\n$/],
  ['is no JSON', '"name": "x" "name"', 1, /^shop\/workflows\/orders\.json:4:15: error: unexpected """/],
  [
    'has a key twice',
    '"name": "x",\n  "name"',
    1,
    /^shop\/workflows\/orders\.json:5:3: error: this key is there twice/,
  ],
])('a file that %s ends the pipeline, and nothing reaches the server', async (_, text, code, told) => {
  // Nothing listens there: a pipeline that went on would say so.
  await using walk = await pipeline({ url: 'http://127.0.0.1:1' })
  await walk.command('init', 'shop')
  await walk.edit('workflows/orders.json', '"name": "Flag large orders"', `${text}: "Flag large orders"`)
  const ended = await walk.ci()
  expect(ended.code).toBe(code)
  expect(ended.stdout + ended.stderr).toMatch(told)
})
