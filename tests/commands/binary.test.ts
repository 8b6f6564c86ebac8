import { describe, expect, test } from 'bun:test'
import { chmod, chown, copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { runCommand, startServer } from '../harness/binary.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** An empty folder outside the checkout that holds the executable alone; it belongs to nobody when we are root. */
async function alone() {
  await buildBinary()
  const folder = await tempFolder()
  const program = join(folder.path, 'orion-server')
  await copyFile(BINARY, program)
  await chmod(program, 0o755)
  if (isRoot) await chown(folder.path, NOBODY, NOBODY)
  return { folder, program, ...(isRoot && { uid: NOBODY, gid: NOBODY }) }
}

describe('the executable', () => {
  test('runs alone in an empty folder, as another user when this one may change', async () => {
    const { folder, program, ...user } = await alone()
    await using _ = folder
    await using server = await startServer({ folder: folder.path, command: [program], ...user })
    await server.client.declare(echoWorkflow('echo'), channel('echo'))
    expect((await server.client.post('echo', { a: [1, '🚀'] })).at('data.in')).toEqual({ a: [1, '🚀'] })
    expect((await server.client.request('GET', '/docs/')).text).toContain('swagger')
    expect((await server.client.request('GET', '/health')).at('git_hash')).toMatch(/^[0-9a-f]{12}$|^unknown$/)
    expect(await server.stop()).toBe(0)
    const left = (await readdir(folder.path)).filter(name => !name.startsWith('orion.db'))
    expect(left.sort()).toEqual(['orion-server', 'server.log'])
  })

  test('reads no .env and no bunfig.toml of the folder it runs in', async () => {
    await using folder = await tempFolder()
    await Bun.write(join(folder.path, '.env'), 'ORION_SERVER__PORT=nonsense\n')
    await Bun.write(join(folder.path, 'bunfig.toml'), 'preload = ["./evil.ts"]\n')
    await Bun.write(join(folder.path, 'evil.ts'), 'console.log("evil ran")\n')
    const { code, stdout, stderr } = await runCommand(['validate-config'], { folder: folder.path })
    expect(stdout + stderr).not.toContain('evil ran')
    expect({ code, stderr }).toMatchObject({ code: 0 })
  })

  test('takes headers of up to 64 KiB, and refuses more without ending', async () => {
    await using server = await startServer()
    const send = (length: number) =>
      server.client.request('GET', '/healthz', { headers: { 'x-long': 'a'.repeat(length) } })
    expect((await send(60_000)).status).toBe(200)
    expect((await send(70_000)).status).toBe(431)
    expect((await send(10)).status).toBe(200)
  })

  test('forbids code generation from strings', async () => {
    const program = await Bun.file(BINARY).bytes()
    const flag = new TextEncoder().encode(
      '--disallow-code-generation-from-strings=strict --max-http-header-size=65536',
    )
    expect(Buffer.from(program.buffer).includes(flag)).toBe(true)
  })
})
