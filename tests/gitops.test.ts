import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFile } from '../src/cli/disk.ts'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { commandLine, type Ran, textsOf } from './harness/command-line.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'
import { type TempFolder, tempFolder } from './harness/temp-folder.ts'

let app: App
let home: TempFolder

beforeEach(async () => {
  app = await openApp()
  home = await tempFolder()
})
afterEach(async () => {
  await app[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

const folder = () => join(home.path, 'definitions')

function run(command: string, ...flags: string[]): Promise<Ran> {
  return commandLine([command, folder(), '--server', 'http://orion.test', ...flags], { server: app })
}

async function put(path: string, definition: JsonObject): Promise<void> {
  await writeFile(join(folder(), path), `${JSON.stringify(definition, null, 2)}\n`)
}

const answering = (value: string) => workflow('w', [mapTask('m', { 'data.answer': value })])

describe('plan', () => {
  test('tells what differs field by field, with exit code 3, and changes nothing', async () => {
    await put('workflows/w.json', answering('old'))
    await put('channels/w.json', channel('w'))
    expect(await run('plan')).toEqual({
      code: 3,
      out: '+ workflow w\n+ channel w\n2 to create; 0 unchanged\n',
      err: '',
    })
    expect((await app.client.admin('GET', 'workflows')).at('total')).toBe(0)
    await run('apply')
    await put('workflows/w.json', answering('new'))
    expect(await run('plan')).toEqual({
      code: 3,
      out: '~ workflow w\n    tasks[0].function.input.mappings[0].logic: "old" -> "new"\n1 to update; 1 unchanged\n',
      err: '',
    })
  })

  test('of what is so already is exit code 0', async () => {
    await put('workflows/w.json', echoWorkflow('w'))
    await run('apply')
    expect(await run('plan')).toEqual({ code: 0, out: 'Nothing to do; 1 unchanged\n', err: '' })
    expect(JSON.parse((await run('plan', '--json')).out)).toEqual({
      changes: [],
      unchanged: 1,
      applied: false,
      dry_run: true,
    })
  })

  test('tells a problem with its place in the file, as apply does, with exit code 1', async () => {
    await put('workflows/w.json', { ...echoWorkflow('w'), priority: -1 })
    await put('channels/w.json', channel('w', { config: { timout_ms: 5 } }))
    const planned = await run('plan')
    expect({ code: planned.code, out: planned.out }).toEqual({ code: 1, out: '' })
    expect(planned.err).toContain(`${folder()}/workflows/w.json:17:15: error: `)
    expect(planned.err).toContain('17 |   "priority": -1\n')
    expect(planned.err).toContain(`${folder()}/channels/w.json:12:5: error: "timout_ms" is not a known key`)
    expect(planned.err).toEndWith('refuses 2 of 2 files (400); nothing was changed\n')
    expect(await run('apply')).toEqual(planned)
    expect((await app.client.admin('GET', 'audit-logs')).at('data')).toEqual([])
  })

  test('of a folder that lint refuses asks no server', async () => {
    await put('workflows/other.json', echoWorkflow('w'))
    const { code, err } = await commandLine(['plan', folder(), '--server', 'http://orion.test'], {
      server: () => Promise.reject(new Error('it was asked')),
    })
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('workflows/other.json:') })
    expect(err).not.toContain('it was asked')
  })
})

describe('apply', () => {
  test('prints the plan and what became of it', async () => {
    await put('workflows/w.json', answering('yes'))
    await put('channels/w.json', channel('w'))
    expect(await run('apply')).toEqual({
      code: 0,
      out: '+ workflow w\n+ channel w\n2 to create; 0 unchanged\nApplied: 2 changes live\n',
      err: '',
    })
    expect((await app.client.post('w', {})).at('data.answer')).toBe('yes')
    expect((await run('apply')).out).toBe('Nothing to do; 2 unchanged\n')
  })

  test('rehearses with --dry-run', async () => {
    await put('workflows/w.json', echoWorkflow('w'))
    expect(await run('apply', '--dry-run')).toEqual({
      code: 0,
      out: '+ workflow w\n1 to create; 0 unchanged\n',
      err: '',
    })
    expect((await app.client.admin('GET', 'workflows')).at('total')).toBe(0)
  })

  test('deletes with --prune alone', async () => {
    await app.client.declare(echoWorkflow('gone'), channel('gone'))
    await put('workflows/w.json', echoWorkflow('w'))
    expect((await run('apply')).code).toBe(0)
    expect((await app.client.post('gone', {})).status).toBe(200)
    expect((await run('apply', '--prune')).out).toBe(
      '- workflow gone\n- channel gone\n2 to delete; 1 unchanged\nApplied: 2 changes live\n',
    )
    expect((await app.client.post('gone', {})).status).toBe(404)
  })

  test('shows no secret, neither of the plan nor of the file', async () => {
    const shop = (token: string) => ({
      name: 'shop',
      connector_type: 'http',
      config: { url: 'https://shop.example', auth: { type: 'bearer', token } },
    })
    await put('connectors/shop.json', shop('first-secret-of-all'))
    const first = await run('apply')
    await put('connectors/shop.json', shop('second-secret-of-all'))
    const second = await run('apply')
    expect(second.out).toContain('config.auth.token: "******" -> "******"')
    await put('connectors/shop.json', { ...shop('third-secret-of-all'), connector_type: 'htp' })
    const third = await run('apply')
    expect(third.code).toBe(1)
    expect(JSON.stringify([first, second, third])).not.toContain('secret-of-all')
  })
})

describe('export', () => {
  test('writes the canonical files of everything, and says nothing twice', async () => {
    await app.client.declare(echoWorkflow('w'), channel('w'))
    await app.client.admin('POST', 'workflows/w/versions')
    await app.client.admin('POST', 'workflows', echoWorkflow('idea'))
    expect((await run('export')).out).toBe(
      'wrote workflows/idea.json\nwrote workflows/w.json\nwrote channels/w.json\n3 written, 0 unchanged, 0 removed\n',
    )
    const texts = await textsOf(folder())
    expect(JSON.parse(texts['workflows/idea.json'] ?? '')).toMatchObject({ status: 'draft' })
    expect(JSON.parse(texts['workflows/w.json'] ?? '')).not.toHaveProperty('status')
    expect(JSON.parse(texts['workflows/w.json'] ?? '')).not.toHaveProperty('version')
    expect((await commandLine(['fmt', '--check', folder()])).code).toBe(0)
    expect((await commandLine(['lint', folder()])).code).toBe(0)
    expect((await run('export')).out).toBe('0 written, 3 unchanged, 0 removed\n')
    expect((await run('plan', '--prune')).code).toBe(0)
  })

  test('leaves files that the server does not have, and deletes them with --prune', async () => {
    await app.client.declare(echoWorkflow('w'))
    await put('workflows/old.json', echoWorkflow('old'))
    await put('workflows/old.case.json', {})
    await writeFile(join(folder(), 'workflows/notes.md'), 'keep')
    expect((await run('export')).out).toContain('left workflows/old.json: the server does not have it')
    expect(Object.keys(await textsOf(folder()))).toContain('workflows/old.json')
    expect((await run('export', '--prune')).out).toContain('removed workflows/old.json\n')
    expect(Object.keys(await textsOf(folder()))).toEqual([
      'workflows/notes.md',
      'workflows/old.case.json',
      'workflows/w.json',
    ])
  })

  test('writes nowhere but into its folder, whatever connectors are called', async () => {
    const names = [
      '../../evil',
      '/etc/passwd',
      'a/b',
      'con',
      '.hidden',
      'A',
      'a',
      'ö ☃',
      'x'.repeat(255),
      '%41',
      'c.case',
    ]
    for (const name of names) {
      const made = await app.client.admin('POST', 'connectors', {
        name,
        connector_type: 'cache',
        config: { backend: 'memory' },
      })
      expect(made.status).toBe(201)
    }
    expect((await run('export')).code).toBe(0)
    const paths = Object.keys(await textsOf(home.path))
    expect(paths.length).toBe(names.length)
    expect(paths.every(path => /^definitions\/connectors\/[^/]+\.json$/.test(path))).toBe(true)
    expect(new Set(paths.map(path => path.toLowerCase())).size).toBe(names.length)
    expect(await run('plan', '--prune')).toMatchObject({ code: 0, err: '' })
  })

  test('follows no link out of its folder', async () => {
    await app.client.declare(echoWorkflow('w'))
    await mkdir(join(home.path, 'elsewhere'))
    await mkdir(folder())
    await symlink(join(home.path, 'elsewhere'), join(folder(), 'workflows'))
    const { code, err } = await run('export')
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('leads out of') })
    expect(Object.keys(await textsOf(join(home.path, 'elsewhere')))).toEqual([])
  })

  test('of a masked secret goes back to where it is stored, and nowhere else', async () => {
    await app.client.admin('POST', 'connectors', {
      name: 'shop',
      connector_type: 'http',
      config: { url: 'https://shop.example', auth: { type: 'bearer', token: 'a-long-random-text' } },
    })
    await run('export')
    expect((await run('plan')).code).toBe(0)
    await using empty = await openApp()
    const { code, err } = await commandLine(['apply', folder(), '--server', 'http://e.test'], {
      server: empty,
    })
    expect(code).toBe(1)
    expect(err).toContain('config.auth.token is masked (******), and no secret is stored there to keep')
  })
})

describe('a server', () => {
  const refusing = (answer: () => Response | Promise<Response>) =>
    commandLine(['plan', folder(), '--server', 'http://orion.test', '--key', 'my-own-admin-key'], {
      server: async () => answer(),
    })

  test.each([
    [
      'redirects',
      () => new Response('', { status: 302, headers: { location: 'https://evil.test/x?k=1' } }),
      'it redirects to https://evil.test; name the URL itself',
    ],
    [
      'refuses the key',
      () => Response.json({ error: { message: 'no' } }, { status: 401 }),
      'it does not take this admin key (401)',
    ],
    [
      'is no Orion',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'it answers 200 with text/html, as no Orion does; is the URL right?',
    ],
    [
      'is too old',
      () => Response.json({ error: { code: 'NOT_FOUND', message: 'No route' } }, { status: 404 }),
      'it does not know the request (404); it is older than this command',
    ],
    [
      'says something else',
      () => Response.json({ data: { plan: 1 } }),
      'answers with something that is no plan',
    ],
    [
      'refuses',
      () => Response.json({ error: { message: 'Nothing today' } }, { status: 503 }),
      'answers 503: Nothing today',
    ],
    [
      'is not there',
      () => Promise.reject(Object.assign(new Error('x'), { code: 'ConnectionRefused' })),
      'nothing listens there; start it, or name its address',
    ],
    [
      'is unknown',
      () => Promise.reject(Object.assign(new Error('x'), { code: 'FailedToOpenSocket' })),
      'there is no such host',
    ],
    [
      'cannot be trusted',
      () => Promise.reject(Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })),
      'its certificate cannot be trusted (DEPTH_ZERO_SELF_SIGNED_CERT); name the file of its authority',
    ],
    [
      'is silent',
      () => Promise.reject(new DOMException('x', 'TimeoutError')),
      'it did not answer within 120 s',
    ],
    ['answers without end', () => new Response(endless()), 'its answer is longer than'],
  ])('that %s is told in one line, without the key', async (_, answer, text) => {
    await put('workflows/w.json', echoWorkflow('w'))
    const { code, out, err } = await refusing(answer)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(text)
    expect(err.trim().split('\n').length).toBe(1)
    expect(err).not.toContain('my-own-admin-key')
  })

  test('is given the key as its configuration wants it', async () => {
    await put('workflows/w.json', echoWorkflow('w'))
    const keyed = { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'my-own-admin-key' }
    for (const more of [{}, { ORION_ADMIN_AUTH__HEADER: 'X-Orion-Key' }]) {
      await using locked = await openApp({ env: { ...keyed, ...more } })
      const env = { ORION_URL: 'http://orion.test', ORION_ADMIN_KEY: 'my-own-admin-key', ...more }
      expect((await commandLine(['plan', folder()], { server: locked, env })).code).toBe(3)
      const keyless = await commandLine(['plan', folder()], {
        server: locked,
        env: { ORION_URL: 'http://o.test' },
      })
      expect(keyless).toMatchObject({
        code: 1,
        err: expect.stringContaining('it asks for an admin key (401)'),
      })
    }
  })

  test.each([
    [[], 'name a server with --server URL or ORION_URL'],
    [['--server', 'orion'], 'must be the URL of an Orion server'],
    [['--server', 'ftp://orion'], 'must be the URL of an Orion server'],
    [['--server', 'http://me:secret@orion'], 'the URL of the server holds credentials'],
    [['--server', 'http://orion/?x=1'], 'goes on behind its path'],
    [['--server', 'http://orion', '--key', 'a\nb'], 'no header can carry'],
    [['--server', 'http://orion', '--database', 'sqlite:x'], 'are two places'],
    [['--database', 'sqlite:x', '--key', 'k'], 'is for a server'],
    [['--database', 'sqlite::memory:'], 'belongs to its process'],
  ])('named as %j is a wrong usage', async (flags, text) => {
    const { code, err } = await commandLine(['plan', folder(), ...flags])
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(text) })
    expect(err).not.toContain('secret')
  })

  test('may be behind a path', async () => {
    const asked: string[] = []
    await put('workflows/w.json', echoWorkflow('w'))
    await commandLine(['plan', folder(), '--server', 'https://o.test/orion/'], {
      server: async url => {
        asked.push(url)
        return new Response('')
      },
    })
    expect(asked).toEqual(['https://o.test/orion/api/v1/admin/apply'])
  })
})

function endless(): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(8 * 1024 * 1024)
  return new ReadableStream({ pull: controller => controller.enqueue(chunk) })
}
