import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { type RunningServer, runCommand, startServer } from '../harness/binary.ts'
import { longTier } from '../harness/needs.ts'
import { channel, echoWorkflow, mapTask, workflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'

const answering = (id: string, value: Json) => workflow(id, [mapTask('m', { 'data.answer': value })])

async function write(folder: string, path: string, definition: JsonObject): Promise<void> {
  await Bun.write(join(folder, 'definitions', path), `${JSON.stringify(definition, null, 2)}\n`)
}

/** What is written down, as one text. */
async function heldBy({ client }: RunningServer): Promise<string> {
  const page = await client.admin('GET', 'definitions?limit=1000')
  const more = await client.admin('GET', `definitions?limit=1000&after=${encodeURIComponent('workflow:')}`)
  const last = await client.admin('GET', `definitions?limit=1000&after=${encodeURIComponent('channel:')}`)
  return [page, more, last].map(({ text }) => text).join('\n')
}

describe('plan, apply and export of the executable', () => {
  test('walk a change over a socket, with the exit codes that scripts read', async () => {
    await using server = await startServer()
    const { folder, url } = server
    const run = (...args: string[]) => runCommand(args, { folder, env: { ORION_URL: url } })
    await write(folder, 'workflows/w.json', answering('w', 'one'))
    await write(folder, 'channels/w.json', channel('w'))
    expect(await run('plan', 'definitions')).toMatchObject({ code: 3, stderr: '' })
    expect(await run('apply', 'definitions')).toMatchObject({ code: 0, stderr: '' })
    expect((await server.client.post('w', {})).at('data.answer')).toBe('one')
    expect(await run('plan', 'definitions')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('export', 'copy')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('fmt', '--check', 'copy')).toMatchObject({ code: 0 })
    await write(folder, 'workflows/w.json', answering('w', { nosuch: 1, two: 2 }))
    await write(folder, 'channels/other.json', channel('other', { route_pattern: '/w', workflow_id: 'w' }))
    const refused = await run('apply', 'definitions')
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain('definitions/channels/other.json:')
    expect((await server.client.post('w', {})).at('data.answer')).toBe('one')
    expect(await run('apply')).toMatchObject({ code: 2 })
  })

  test('say what would be right when there is no server, and of which kind it is not', async () => {
    await using home = await tempFolder()
    await write(home.path, 'workflows/w.json', echoWorkflow('w'))
    const plan = (url: string) =>
      runCommand(['plan', 'definitions', '--server', url], {
        folder: home.path,
        env: { ORION_ADMIN_KEY: 'my-own-admin-key' },
      })
    const gone = await plan('http://127.0.0.1:1')
    expect(gone).toMatchObject({ code: 1, stdout: '' })
    expect(gone.stderr).toContain('nothing listens there; start it')
    await using server = await startServer({
      env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'another-key' },
    })
    const wrong = await plan(server.url)
    expect(wrong.stderr).toContain('it does not take this admin key (401)')
    const tls = await plan(server.url.replace('http:', 'https:'))
    expect(tls.code).toBe(1)
    expect(wrong.stderr + tls.stderr + gone.stderr).not.toContain('my-own-admin-key')
  })
})

describe('--database', () => {
  test('does the same to the database of a server that is down, and refuses one that is up', async () => {
    await using home = await tempFolder()
    const folder = home.path
    const database = ['--database', `sqlite:${join(folder, 'orion.db')}`]
    await write(folder, 'workflows/w.json', answering('w', 'offline'))
    await write(folder, 'channels/w.json', channel('w'))
    const absent = await runCommand(['plan', 'definitions', ...database], { folder })
    expect(absent).toMatchObject({ code: 1, stdout: '' })
    expect(absent.stderr).toContain('orion-server migrate')
    expect(await Bun.file(join(folder, 'orion.db')).exists()).toBe(false)

    await runCommand(['migrate'], { folder })
    expect(await runCommand(['plan', 'definitions', ...database], { folder })).toMatchObject({
      code: 3,
      stderr: '',
    })
    expect(await runCommand(['apply', 'definitions', ...database], { folder })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await runCommand(['plan', 'definitions', ...database], { folder })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await runCommand(['export', 'copy', ...database], { folder })).toMatchObject({
      code: 0,
      stderr: '',
    })

    await using server = await startServer({ folder })
    expect((await server.client.post('w', {})).at('data.answer')).toBe('offline')
    const busy = await runCommand(['apply', 'definitions', ...database], { folder })
    expect(busy).toMatchObject({ code: 1, stdout: '' })
    expect(busy.stderr).toContain('Another process uses the database')
    expect((await server.client.post('w', {})).status).toBe(200)
  })
})

const ROUNDS = longTier ? 200 : 12
const SERVICES = 30

test('an apply that is killed at any point leaves all of it or nothing', async () => {
  await using home = await tempFolder()
  const catalog = (mark: string) =>
    Array.from({ length: SERVICES }, (_, at) => [
      answering(`w${at}`, mark),
      channel(`w${at}`, { route_pattern: `/${mark}/${at}` }),
    ]).flat()
  const apply = ({ client }: RunningServer, mark: string) =>
    client.admin('POST', 'apply', { definitions: catalog(mark), prune: true })
  let before = 'a'
  let longestMs = 0
  const expected: Record<string, string> = {}
  for (const mark of ['a', 'b', 'a']) {
    await using server = await startServer({ folder: home.path })
    const beganMs = performance.now()
    expect((await apply(server, mark)).status).toBe(200)
    longestMs = Math.max(longestMs, performance.now() - beganMs)
    expected[mark] = await heldBy(server)
    expect(await server.stop()).toBe(0)
  }
  const seen = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer({ folder: home.path })
    expect(await heldBy(server)).toBe(expected[before] ?? '')
    const after = before === 'a' ? 'b' : 'a'
    const asked = apply(server, after).catch(() => undefined)
    // The first is killed at once, the last when it has its answer.
    await (round === ROUNDS - 1 ? asked : Bun.sleep((longestMs * round) / ROUNDS))
    await server.kill9()
    await asked
    await server[Symbol.asyncDispose]()
    await using again = await startServer({ folder: home.path })
    const held = await heldBy(again)
    const found = Object.keys(expected).find(mark => expected[mark] === held)
    expect({ round, found }).toEqual({ round, found: found ?? 'neither' })
    seen.add(found === before ? 'nothing' : 'all')
    before = found ?? 'a'
    const answers = await Promise.all([0, SERVICES - 1].map(at => again.client.post(`${before}/${at}`, {})))
    expect(answers.map(answer => answer.at('data.answer'))).toEqual([before, before])
    expect(await again.stop()).toBe(0)
  }
  expect([...seen].sort()).toEqual(['all', 'nothing'])
}, 600_000)
