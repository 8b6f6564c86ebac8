import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { suitePath, testWithSuites } from '../conformance/suites.ts'
import { runCommand, startServer } from '../harness/binary.ts'
import { binaryForAll, nobody } from '../harness/nobody.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'

const migrations = await readdir(join(ROOT, 'migrations/sqlite'))

let forAll: Awaited<ReturnType<typeof binaryForAll>>
beforeAll(async () => {
  forAll = await binaryForAll()
})
afterAll(() => forAll[Symbol.asyncDispose]())

function runAsNobody(args: readonly string[], folder: string) {
  return runCommand(args, { folder, program: forAll.program, ...nobody })
}

/** Everything of a folder that a look could change: names, bytes and times. */
async function stateOf(folder: string): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = { '.': (await stat(folder)).mtimeMs }
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    const { mtimeMs, size, mode } = await stat(path)
    state[name] = { mtimeMs, size, mode, hash: Bun.hash(await Bun.file(path).bytes()) }
  }
  return state
}

/** A folder where another user may read and not write, with what `fill` puts there. */
async function readOnlyFolder(fill: (path: string) => Promise<void>) {
  const temp = await tempFolder()
  const path = join(temp.path, 'data')
  await mkdir(path)
  await fill(path)
  await chmod(temp.path, 0o755)
  for (const name of await readdir(path)) await chmod(join(path, name), 0o444)
  await chmod(path, 0o555)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await chmod(path, 0o755)
      await temp[Symbol.asyncDispose]()
    },
  }
}

async function declaredAndStopped(folder: string): Promise<void> {
  await using server = await startServer({ folder })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  await server.stop()
}

async function declaredAndKilled(folder: string): Promise<void> {
  await using server = await startServer({ folder })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  await server.kill9()
}

const DRY_RUN = ['migrate', '--dry-run', '--exit-code']

describe('migrate --dry-run by a user who can write neither file nor folder', () => {
  test.each([
    [
      'lists everything for a missing file, and does not create it',
      async () => undefined,
      3,
      '  1 — initial\n',
    ],
    ['finds nothing pending in a database at rest', declaredAndStopped, 0, 'No pending migrations.\n'],
    ['finds nothing pending in what a killed server left', declaredAndKilled, 0, 'No pending migrations.\n'],
  ] as const)('%s', async (_, fill, code, text) => {
    await using folder = await readOnlyFolder(fill)
    const before = await stateOf(folder.path)
    const result = await runAsNobody(DRY_RUN, folder.path)
    expect({ ...result, stdout: result.stdout.includes(text) || result.stdout }).toMatchObject({
      code,
      stdout: true,
    })
    expect(await stateOf(folder.path)).toEqual(before)
    // Without --exit-code it is no failure that something is pending.
    expect((await runAsNobody(['migrate', '--dry-run'], folder.path)).code).toBe(0)
  })

  test('looks at a database that is being served, without a trace of it', async () => {
    await using temp = await tempFolder()
    await chmod(temp.path, 0o755)
    await using server = await startServer({ folder: temp.path })
    await server.client.declare(echoWorkflow('echo'), channel('echo'))
    const result = await runAsNobody(DRY_RUN, temp.path)
    expect(result).toMatchObject({ code: 0, stdout: 'No pending migrations.\n' })
    expect((await server.client.post('echo', 1)).status).toBe(200)
  })
})

describe('migrate', () => {
  test('creates a database that serve then finds whole, and has nothing to do a second time', async () => {
    await using folder = await tempFolder()
    expect(await runCommand(['migrate'], { folder: folder.path })).toMatchObject({
      code: 0,
      stdout: `Applying ${migrations.length} migration(s)...\nMigrations applied successfully.\n`,
    })
    expect(await readdir(folder.path)).toEqual(['orion.db'])
    expect(await runCommand(['migrate'], { folder: folder.path })).toMatchObject({
      code: 0,
      stdout: 'No pending migrations.\n',
    })
    await declaredAndStopped(folder.path)
  })
})

interface Refused {
  readonly what: string
  fill(path: string): Promise<void>
  readonly text: RegExp
}

const REFUSED: Refused[] = [
  {
    what: 'a database that a newer version wrote',
    async fill(path) {
      await runCommand(['migrate'], { folder: path })
      using database = new Database(join(path, 'orion.db'))
      database.run(`insert into orion_migrations values (99, 'later', 'x', '2030-01-01T00:00:00.000Z')`)
    },
    text: /it is newer than this binary \(migration 99 "later"; this binary knows up to \d+\); start the newer/,
  },
  {
    what: 'a database of another program',
    async fill(path) {
      using database = new Database(join(path, 'orion.db'))
      database.run('create table customers (id integer primary key, name text)')
      database.run(`insert into customers (name) values ('Ada')`)
    },
    text: /it belongs to another program \(tables "customers"\)\. It is left as it is; name another file in storage\.url/,
  },
  {
    what: 'a file that is no database',
    async fill(path) {
      await Bun.write(join(path, 'orion.db'), 'Dear diary, today I was nearly overwritten.\n')
    },
    text: /it is not an SQLite database/,
  },
  {
    what: 'a folder',
    async fill(path) {
      await mkdir(join(path, 'orion.db'))
      await chmod(join(path, 'orion.db'), 0o755)
    },
    text: /it is not a file/,
  },
]

async function expectRefused({ fill, text }: Refused): Promise<void> {
  await using temp = await tempFolder()
  await fill(temp.path)
  const before = await stateOfFiles(temp.path)
  for (const args of [[], ['migrate'], DRY_RUN]) {
    const { code, stderr, stdout } = await runCommand(args, { folder: temp.path })
    expect({ args, code }).toEqual({ args, code: 1 })
    expect(stderr).toMatch(text)
    expect(stdout + stderr).not.toMatch(/^\s+at /m)
    expect(await stateOfFiles(temp.path)).toEqual(before)
  }
}

async function stateOfFiles(folder: string): Promise<unknown> {
  return (await stat(join(folder, 'orion.db'))).isFile() ? stateOf(folder) : readdir(folder)
}

describe('refused, with what to do about it, and left as it was', () => {
  test.each(REFUSED)('is $what', expectRefused)

  testWithSuites('is a database of Orion 0.1.1', () =>
    expectRefused({
      what: 'a database of Orion 0.1.1',
      fill: async path => {
        await copyFile(suitePath('reference-db/orion-0.1.1.db'), join(path, 'orion.db'))
        await chmod(join(path, 'orion.db'), 0o644)
      },
      text: /it was written by Orion 0\.1 or 0\.2/,
    }),
  )

  test('is a folder that the user of the process cannot write', async () => {
    await using folder = await readOnlyFolder(async () => undefined)
    const { code, stderr } = await runAsNobody([], folder.path)
    expect(code).toBe(1)
    expect(stderr).toContain(`Cannot open the database "${folder.path}/orion.db"`)
    expect(stderr).toContain('must be readable and writable by the user of this process')
    expect(await readdir(folder.path)).toEqual([])
  })

  test('is a file that the user of the process can only read', async () => {
    await using folder = await readOnlyFolder(declaredAndStopped)
    const before = await stateOf(folder.path)
    const { code, stderr } = await runAsNobody([], folder.path)
    expect(code).toBe(1)
    expect(stderr).toContain('must be readable and writable by the user of this process')
    expect(await stateOf(folder.path)).toEqual(before)
  })

  test('is a URL that names no database we know', async () => {
    await using folder = await tempFolder()
    const env = { ORION_STORAGE__URL: 'postgres://ada:secret-word@db.example/orion' }
    const { code, stdout, stderr } = await runCommand([], { folder: folder.path, env })
    expect(code).toBe(1)
    expect(stderr).toContain('sqlite:')
    expect(stdout + stderr).not.toContain('secret-word')
  })
})

test('sqlite::memory: serves and leaves nothing on the disk', async () => {
  await using server = await startServer({ env: { ORION_STORAGE__URL: 'sqlite::memory:' } })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  const id = (await server.client.post('echo', 'hello')).at('id')
  const trace = await server.client.request('GET', `/api/v1/data/traces/${id}`)
  expect(trace.at('message.data.in')).toBe('hello')
  expect(await server.stop()).toBe(0)
  expect(await readdir(server.folder)).toEqual(['server.log'])
})

test('a path with spaces, signs and letters of any script is a path', async () => {
  await using temp = await tempFolder()
  const name = 'a b%20#?ü 名.db'
  const url = `sqlite:${encodeURIComponent(name)}`
  await using server = await startServer({ folder: temp.path, env: { ORION_STORAGE__URL: url } })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  expect(await server.stop()).toBe(0)
  expect((await readdir(temp.path)).sort()).toEqual([name, 'server.log'].sort())
  const again = await runCommand(DRY_RUN, { folder: temp.path, env: { ORION_STORAGE__URL: url } })
  expect(again).toMatchObject({ code: 0, stdout: 'No pending migrations.\n' })
})
