import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { ROOT } from '../../scripts/root.ts'
import type { Json } from '../../src/std/json.ts'
import { type RunningServer, runCommand, startServer } from '../harness/binary.ts'
import { giveToNobody, nobody } from '../harness/nobody.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts'

/** The fenced blocks of README.md under one heading, in their order. */
async function blocksOf(heading: string): Promise<{ language: string; text: string }[]> {
  const readme = await Bun.file(join(ROOT, 'README.md')).text()
  const section = readme.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
  return Array.from(section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm), ([, language = '', text = '']) => ({
    language,
    text,
  }))
}

/** An empty folder with nothing but the executable in it, which nobody owns. */
async function folderWithBinary(): Promise<TempFolder> {
  await buildBinary()
  const folder = await tempFolder()
  await copyFile(BINARY, join(folder.path, 'orion-server'))
  await chmod(folder.path, 0o755)
  await giveToNobody(folder.path)
  return folder
}

/** Starts what a line of the README says, by a user without a home, in an environment without anything. */
function typed(line: string, folder: string): Promise<RunningServer> {
  return startServer({
    folder,
    command: ['env', '-u', 'HOME', '-u', 'TMPDIR', ...line.trim().split(' ')],
    ...nobody,
  })
}

/** Types a block into a shell of the same user; what it prints, as one JSON value for each answer. */
async function type(block: string, { port, folder }: RunningServer): Promise<Json[]> {
  const shell = Bun.spawn(['sh', '-eu', '-c', block.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)], {
    cwd: folder,
    ...nobody,
    env: { PATH: process.env.PATH ?? '' },
    stdout: 'pipe',
  })
  const printed = await new Response(shell.stdout).text()
  expect({ code: await shell.exited, block }).toEqual({ code: 0, block })
  return printed
    .replaceAll('}{', '}\n{')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

describe('the quick start of the README, typed by hand', () => {
  let folder: TempFolder
  beforeAll(async () => {
    folder = await folderWithBinary()
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  test('makes the first service, and its mistake is told as it says', async () => {
    const [start, workflow, channels, call, answer, mistake, refusal] = await blocksOf(
      'The first service in two minutes',
    )
    expect([start, workflow, channels, call, answer, mistake, refusal].map(block => block?.language)).toEqual(
      ['sh', 'sh', 'sh', 'sh', 'json', 'sh', 'json'],
    )
    await using server = await typed(start?.text ?? '', folder.path)
    expect(await type(workflow?.text ?? '', server)).toMatchObject([
      { data: { workflow_id: 'orders', status: 'draft' } },
    ])
    expect(await type(channels?.text ?? '', server)).toMatchObject([
      { data: { channel_id: 'orders', status: 'draft' } },
      { data: { workflow_id: 'orders', status: 'active' } },
      { data: { channel_id: 'orders', status: 'active' } },
    ])
    const promised = { ...Object(JSON.parse(answer?.text ?? '')), id: expect.any(String) }
    expect(await type(call?.text ?? '', server)).toEqual([promised])

    const [refused] = await type(mistake?.text ?? '', server)
    const { code, message } = Object(refused).error
    expect(refusal?.text).toStartWith(
      `{"error":{"code":${JSON.stringify(code)},"message":${JSON.stringify(message)},\n`,
    )
    expect(await server.stop()).toBe(0)
    const left = (await readdir(folder.path)).sort()
    expect(left).toEqual(['orion-server', 'orion.db', 'server.log'])
  })

  test('sets an admin key, and is asked for it', async () => {
    const [, mistakes, key] = [{}, ...(await blocksOf('Configuration'))]
    expect([mistakes?.language, key?.language]).toEqual(['', 'sh'])
    const [start = '', ...ask] = (key?.text ?? '').split('\n')
    await using server = await typed(start, folder.path)
    expect((await server.client.admin('GET', 'engine/status')).status).toBe(401)
    expect(await type(ask.join('\n'), server)).toMatchObject([{ active_workflows: 1, channels: ['orders'] }])
  })

  test('shows the mistakes of a configuration as they are', async () => {
    const [example] = await blocksOf('Configuration')
    await Bun.write(join(folder.path, 'orion.toml'), '[server]\nprot = 9000\n[logging]\nlevel = "verbose"\n')
    const { code, stderr } = await runCommand(['validate-config', '-c', 'orion.toml'], {
      folder: folder.path,
    })
    expect(code).toBe(1)
    expect(example?.text).toBe(`$ orion-server validate-config -c orion.toml\n${stderr}`)
  })

  test('names commands that there are', async () => {
    const readme = await Bun.file(join(ROOT, 'README.md')).text()
    const { stdout } = await runCommand(['--help'], { folder: folder.path })
    for (const [, command = ''] of readme.matchAll(/^\| `orion-server ([a-z-]+)/gm)) {
      if (!command.startsWith('-')) expect(stdout).toContain(command)
    }
  })
})

describe('the executable runs', () => {
  test('where it cannot write, with its database elsewhere', async () => {
    await using cwd = await folderWithBinary()
    await using data = await tempFolder()
    await giveToNobody(data.path)
    await Bun.write(join(cwd.path, 'server.log'), '')
    await chmod(cwd.path, 0o555)
    await using server = await startServer({
      folder: cwd.path,
      command: ['env', '-u', 'HOME', './orion-server'],
      env: { ORION_STORAGE__URL: `sqlite://${data.path}/deep.db` },
      ...nobody,
    })
    await server.client.declare(echoWorkflow('echo'), channel('echo'))
    expect((await server.client.post('echo', 1)).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(await readdir(data.path)).toEqual(['deep.db'])
    await chmod(cwd.path, 0o755)
  })

  test('what it is, whatever lies in its folder', async () => {
    await using folder = await tempFolder()
    const put = (name: string, text: string) => Bun.write(join(folder.path, name), text)
    await put(
      '.env',
      'ORION_SERVER__PORT=1\nORION_STORAGE__URL=sqlite:evil.db\nBUN_OPTIONS=--preload ./evil.ts\n',
    )
    await put('.env.production', 'ORION_STORAGE__URL=sqlite:evil.db\n')
    await put('.env.local', 'ORION_STORAGE__URL=sqlite:evil.db\n')
    await put('bunfig.toml', 'preload = ["./evil.ts"]\n[serve]\nport = 1\n')
    await put('tsconfig.json', '{"compilerOptions":{"paths":{"*":["./evil.ts"]}}}')
    await put('package.json', '{"type":"commonjs","main":"./evil.ts"}')
    await put('evil.ts', 'require("node:fs").writeFileSync("evil-ran", "")\n')
    await mkdir(join(folder.path, 'node_modules/elysia'), { recursive: true })
    await put('node_modules/elysia/index.js', 'require("node:fs").writeFileSync("evil-ran", "")\n')
    await using server = await startServer({ folder: folder.path })
    expect((await server.client.request('GET', '/health')).at('status')).toBe('ok')
    expect(await server.stop()).toBe(0)
    const names = await readdir(folder.path)
    expect(names).toContain('orion.db')
    expect(names.filter(name => name.startsWith('evil'))).toEqual(['evil.ts'])
  })

  test('in production, whatever NODE_ENV says', async () => {
    await using server = await startServer({ env: { NODE_ENV: 'development' } })
    const answer = await server.client.request('POST', '/api/v1/admin/workflows', { body: '{' })
    expect(Object.keys(Object(answer.body))).toEqual(['error'])
    expect(answer.text).not.toMatch(/stack|\.ts|node_modules/)
  })
})
