import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../harness/binary.ts'
import { copyCheckout } from '../harness/checkout.ts'
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts'
import { until } from '../harness/until.ts'

/** `./scripts/start` in a copy of the checkout whose path holds spaces, called from elsewhere. */
describe('./scripts/start', () => {
  let temp: TempFolder
  let root: string

  beforeAll(async () => {
    temp = await tempFolder()
    root = join(temp.path, 'a folder with spaces')
    await mkdir(root)
    await copyCheckout(root)
  })
  afterAll(() => temp[Symbol.asyncDispose]())

  /** Runs until its last line is printed; answers what it printed and how to stop it. */
  async function start(port: number) {
    const file = join(temp.path, `start-${port}.log`)
    const log = openSync(file, 'a')
    const child = Bun.spawn([join(root, 'scripts/start')], {
      cwd: '/',
      env: { ...process.env, PORT: String(port) },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    })
    closeSync(log)
    const read = () => Bun.file(file).text()
    const ended = async () => ((await read()).includes('Ctrl-C stops it.\n') ? read() : undefined)
    const printed = await until('start prints its curl', ended, read)
    return {
      printed,
      async stop() {
        child.kill('SIGINT')
        return { code: await child.exited, log: await read() }
      },
    }
  }

  test('declares the examples, prints a curl that gets an answer, and stops cleanly', async () => {
    const port = freePort()
    const { printed, stop } = await start(port)
    expect(printed).toContain('==> Declared the workflow "orders" (examples/workflows/orders.json)')
    expect(printed).toContain('==> Declared the channel "orders" (examples/channels/orders.json)')
    expect(printed).toContain(`http://127.0.0.1:${port}/docs`)
    expect(printed).toContain(`http://127.0.0.1:${port}/health`)

    const curl = printed.match(/^ {2}(curl [\s\S]*?)\n\n/m)?.[1] ?? ''
    const pasted = Bun.spawn(['sh', '-c', curl], { stdout: 'pipe' })
    const answer = JSON.parse(await new Response(pasted.stdout).text())
    expect(answer).toMatchObject({
      status: 'ok',
      data: { order: { order_id: 'ORD-9182', total: 25_000, flagged: true } },
    })

    const { code } = await stop()
    expect(code).toBe(0)
    expect(await Bun.file(join(root, '.orion/orion.db')).exists()).toBe(true)
  })

  test('leaves what is declared as it is when it starts again', async () => {
    const { printed, stop } = await start(freePort())
    expect(printed).toContain('==> The workflow "orders" is declared already and left as it is')
    expect(printed).toContain('==> The channel "orders" is declared already and left as it is')
    expect(printed).not.toContain('==> Declared')
    expect((await stop()).code).toBe(0)
  })

  test('says which port is in use, and how to choose another', async () => {
    const listener = Bun.listen({ hostname: '0.0.0.0', port: 0, socket: { data: () => undefined } })
    const child = Bun.spawn([join(root, 'scripts/start')], {
      env: { ...process.env, PORT: String(listener.port) },
      stdout: 'ignore',
      stderr: 'pipe',
    })
    const errors = await new Response(child.stderr).text()
    listener.stop(true)
    expect(await child.exited).toBe(1)
    expect(errors).toContain(`Cannot listen on 0.0.0.0:${listener.port}: the port is in use`)
    expect(errors).toContain(`PORT=${listener.port + 1} ./scripts/start`)
  })
})
