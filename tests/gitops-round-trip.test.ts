import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openApp } from './harness/app.ts'
import { commandLine, textsOf } from './harness/command-line.ts'
import { longTier } from './harness/needs.ts'
import { fillAtRandom } from './harness/random-catalog.ts'
import { tempFolder } from './harness/temp-folder.ts'

const CATALOGS = longTier ? 200 : 40

test('export, apply on an empty server, export is byte-equal', async () => {
  let definitions = 0
  for (let seed = 1; seed <= CATALOGS; seed++) {
    await using home = await tempFolder()
    const exported = async (server: Awaited<ReturnType<typeof openApp>>, name: string) => {
      const ran = await commandLine(['export', join(home.path, name), '--server', 'http://o.test'], {
        server,
      })
      expect({ seed, code: ran.code, err: ran.err }).toEqual({ seed, code: 0, err: '' })
      return ran.out.startsWith('0 written') ? {} : await textsOf(join(home.path, name))
    }
    await using one = await openApp()
    await fillAtRandom(one, seed)
    const first = await exported(one, 'first')
    const count = Object.keys(first).length
    if (count === 0) continue
    definitions += count
    const to = (command: string, server: Awaited<ReturnType<typeof openApp>>) =>
      commandLine([command, join(home.path, 'first'), '--prune', '--server', 'http://o.test'], { server })
    expect({ seed, ...(await to('plan', one)) }).toEqual({
      seed,
      code: 0,
      out: `Nothing to do; ${count} unchanged\n`,
      err: '',
    })
    await using other = await openApp()
    expect({ seed, ...(await to('apply', other)) }).toMatchObject({ seed, code: 0, err: '' })
    expect({ seed, texts: await exported(other, 'second') }).toEqual({ seed, texts: first })
  }
  expect(definitions).toBeGreaterThan(CATALOGS)
})
