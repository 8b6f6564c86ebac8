import { expect } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isFree } from '../scripts/backing/free-port.ts'
import { copyCheckout } from './harness/checkout.ts'
import { testNeeding } from './harness/needs.ts'
import { tempFolder } from './harness/temp-folder.ts'

async function services(folder: string, ...words: readonly string[]) {
  const child = Bun.spawn([join(folder, 'scripts', 'services'), ...words], { stdout: 'pipe', stderr: 'pipe' })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { out, err, code }
}

testNeeding('private redis')('scripts/services starts, says where, and stops without a trace', async () => {
  await using checkout = await tempFolder()
  const folder = checkout.path
  await copyCheckout(folder)
  expect((await services(folder, 'status')).out).toMatch(/^redis +stopped$/m)
  await using _stopped = { [Symbol.asyncDispose]: async () => void (await services(folder, 'stop')) }

  const started = await services(folder, 'start', 'redis')
  const url = started.out.match(/^redis +(redis:\S+)$/m)?.[1] ?? ''
  const port = Number(new URL(url).port)
  expect([started.code, isFree(port)]).toEqual([0, false])
  expect((await services(folder, 'start', 'redis')).out).toBe(started.out)
  expect((await services(folder, 'env')).out).toBe(`export ORION_TEST_REDIS_URL='${url}'\n`)

  expect((await services(folder, 'stop')).code).toBe(0)
  expect(isFree(port)).toBe(true)
  expect((await services(folder, 'env')).out).toBe('')
  expect(await readdir(join(folder, '.orion')).catch(() => [])).toEqual([])
})

testNeeding('private redis')(
  'scripts/services names what it knows when it is asked for something else',
  async () => {
    await using checkout = await tempFolder()
    await copyCheckout(checkout.path)
    const { code, err } = await services(checkout.path, 'start', 'oracle')
    expect(code).toBe(2)
    expect(err).toContain('postgres, mariadb, redis')
  },
)
