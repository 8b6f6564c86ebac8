import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { applyMigrations, pendingMigrations } from './migrate.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'
import { openStore } from './open-store.ts'
import {
  type Folder,
  folder,
  INSTANT,
  openTestStore,
  save,
  testClock,
  testLog,
  workflow,
} from './test-store.ts'

/** COLOURS and MORE are those of a later one. */
const KNOWN = MIGRATIONS.map(migration => migration.version)
const NEWEST = KNOWN.at(-1) ?? 0
const COLOURS: Migration = {
  version: NEWEST + 1,
  description: 'colours',
  sql: 'create table colour (name text); insert into colour values (1);',
}
const MORE: Migration = { version: NEWEST + 2, description: 'more', sql: 'create table more (name text)' }

let home: Folder
let path: string

beforeEach(() => {
  home = folder()
  path = home.file('orion.db')
})
afterEach(() => home[Symbol.dispose]())

function apply(migrations: readonly Migration[] = MIGRATIONS): Migration[] {
  return applyMigrations({ url: `sqlite:${path}`, busyTimeoutMs: 2_000, clock: testClock, migrations })
}

function pending(migrations: readonly Migration[] = MIGRATIONS): number[] {
  return pendingMigrations(`sqlite:${path}`, migrations).map(migration => migration.version)
}

function query<Row>(sql: string): Row[] {
  const database = new Database(path)
  const rows = database.query<Row, []>(sql).all()
  database.close()
  return rows
}

/** Everything about the folder that a look must not change; a running program's index of its WAL changes by itself. */
function snapshot(): unknown {
  return readdirSync(home.path)
    .sort()
    .map(name => {
      const { mtimeMs, size, mode } = statSync(home.file(name))
      const holdsStill = statSync(home.file(name)).isFile() && !name.endsWith('-shm')
      return { name, mtimeMs, size, mode, bytes: holdsStill ? Bun.hash(readFileSync(home.file(name))) : 0n }
    })
}

describe('migrations', () => {
  test('of a missing file create it with incremental vacuum and WAL', () => {
    expect(apply().map(migration => migration.version)).toEqual(KNOWN)
    expect(query('pragma auto_vacuum')).toEqual([{ auto_vacuum: 2 }])
    expect(query('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(query('select version, description, applied_at from orion_migrations where version = 1')).toEqual([
      { version: 1, description: 'initial', applied_at: INSTANT },
    ])
  })

  test('are applied once', () => {
    apply()
    const before = query('select * from orion_migrations')
    expect(apply()).toEqual([])
    expect(query('select * from orion_migrations')).toEqual(before)
  })

  test('of an older database are applied from where it stands, and keep its rows', async () => {
    await using first = await openTestStore(path)
    await save(first, first.workflows.insert(workflow()))
    await first[Symbol.asyncDispose]()
    expect(apply([...MIGRATIONS, COLOURS])).toEqual([COLOURS])
    expect(query('select name from colour')).toEqual([{ name: '1' }])
    expect(query('select workflow_id from workflows')).toEqual([{ workflow_id: 'orders' }])
  })

  test('that fail leave nothing of themselves, and those before them applied', () => {
    const broken = {
      version: NEWEST + 2,
      description: 'broken',
      sql: 'create table half (a text); create table half (a text)',
    }
    expect(() => apply([...MIGRATIONS, COLOURS, broken])).toThrow(
      `Cannot apply migration ${NEWEST + 2} "broken" to the database "${path}": table half already exists`,
    )
    expect(query(`select name from sqlite_schema where name in ('colour', 'half')`)).toEqual([
      { name: 'colour' },
    ])
    expect(pending([...MIGRATIONS, COLOURS, MORE])).toEqual([NEWEST + 2])
  })

  test('leave no WAL behind', () => {
    apply()
    expect(readdirSync(home.path)).toEqual(['orion.db'])
  })

  test('of an empty file count as those of a missing one', () => {
    writeFileSync(path, '')
    expect(pending()).toEqual(KNOWN)
    apply()
    expect(query('pragma auto_vacuum')).toEqual([{ auto_vacuum: 2 }])
  })

  test('do not care whether their text has the line ends of another system', () => {
    apply()
    expect(apply(MIGRATIONS.map(one => ({ ...one, sql: one.sql.replaceAll('\n', '\r\n') })))).toEqual([])
  })
})

describe('several processes that start at once on a missing file', () => {
  test('all succeed, and each migration is applied once', async () => {
    const script = `
      const { applyMigrations } = await import(${JSON.stringify(import.meta.resolve('./migrate.ts'))})
      const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../std/clock.ts'))})
      const applied = applyMigrations({ url: process.argv.at(-1), busyTimeoutMs: 5000, clock: systemClock })
      console.log(applied.length)`
    const processes = Array.from({ length: 5 }, () =>
      Bun.spawn([process.execPath, '-e', script, `sqlite:${path}`], { stdout: 'pipe', stderr: 'pipe' }),
    )
    const results = await Promise.all(
      processes.map(async child => ({
        applied: await new Response(child.stdout).text(),
        code: await child.exited,
      })),
    )
    expect(results.map(result => result.code)).toEqual([0, 0, 0, 0, 0])
    expect(results.reduce((sum, result) => sum + Number(result.applied), 0)).toBe(MIGRATIONS.length)
    expect(query('select count(*) as n from orion_migrations')).toEqual([{ n: MIGRATIONS.length }])
  })
})

describe('a database that this binary must not use', () => {
  async function isRefused(why: string): Promise<void> {
    const before = snapshot()
    expect(() => pending()).toThrow(why)
    expect(() => apply()).toThrow(why)
    const log = testLog()
    const opening = openStore({
      url: `sqlite:${path}`,
      busyTimeoutMs: 0,
      walLimitMb: 1,
      clock: testClock,
      log,
    })
    expect(await opening.catch(error => error.message)).toContain(why)
    expect(snapshot()).toEqual(before)
  }

  function foreign(sql: string): void {
    const database = new Database(path, { create: true })
    database.run(sql)
    database.close()
  }

  test('is one that is newer', async () => {
    apply([...MIGRATIONS, COLOURS])
    await isRefused(
      `it is newer than this binary (migration ${NEWEST + 1} "colours"; this binary knows up to ${NEWEST})`,
    )
  })

  test('is one whose migration had another text', async () => {
    apply(MIGRATIONS.map(one => ({ ...one, sql: `${one.sql}\n-- edited` })))
    await isRefused('its migration 1 "initial" was applied with another text (checksum)')
  })

  test('is one that lacks a migration before its last', () => {
    apply([...MIGRATIONS, COLOURS, MORE])
    foreign(`delete from orion_migrations where version = ${NEWEST + 1}`)
    expect(() => apply([...MIGRATIONS, COLOURS, MORE])).toThrow(
      `its migration ${NEWEST + 1} "colours" is missing`,
    )
  })

  test('is one with a migration in between that nobody knows', () => {
    apply([...MIGRATIONS, COLOURS, MORE])
    expect(() => apply([...MIGRATIONS, MORE])).toThrow(
      `its migration ${NEWEST + 1} "colours" is not known to this binary`,
    )
  })

  test('is one of another program', async () => {
    foreign('create table notes (a text)')
    await isRefused('it belongs to another program (tables "notes")')
  })

  test('is one of another program that runs and has it all in its WAL', async () => {
    const other = new Database(path, { create: true })
    other.run('pragma journal_mode = wal')
    other.run(
      'create table a (a text); create table b (a text); create table c (a text); create table d (a text)',
    )
    await isRefused('it belongs to another program (tables "a", "b", "c" and 1 more)')
    other.close()
  })

  test('is one that some migrations tool other than ours has begun', async () => {
    foreign('create table migrations (version integer); create table workflows (id text)')
    await isRefused('it belongs to another program (tables "migrations", "workflows")')
  })

  test('is a file that is no database', async () => {
    writeFileSync(path, 'storage:\n  url: sqlite:orion.db\n')
    await isRefused('it is not an SQLite database')
  })

  test('is a database whose pages are damaged', async () => {
    apply()
    const bytes = readFileSync(path)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(path, bytes)
    await isRefused('Cannot read the database')
  })

  test('is a folder', async () => {
    mkdirSync(path)
    await isRefused('it is not a file')
  })

  const reference = `${import.meta.dir}/../../../shared/suites/reference-db/orion-0.1.1.db`
  test.if(existsSync(reference))('is one that Orion 0.1.1 wrote', async () => {
    copyFileSync(reference, path)
    chmodSync(path, 0o644)
    await isRefused('it was written by Orion 0.1 or 0.2')
  })

  test('is one in a folder that does not exist, which is not created', async () => {
    path = home.file('missing/orion.db')
    expect(() => apply()).toThrow(`its folder "${home.file('missing')}" does not exist; create it (mkdir -p`)
    expect(existsSync(home.file('missing'))).toBe(false)
    expect(pending()).toEqual(KNOWN)
  })
})

describe('a look at what is pending', () => {
  test('lists everything for a missing file and does not create it', () => {
    expect(pending([...MIGRATIONS, COLOURS])).toEqual([...KNOWN, NEWEST + 1])
    expect(readdirSync(home.path)).toEqual([])
  })

  test('lists everything for a database in memory', () => {
    expect(pendingMigrations('sqlite::memory:')).toEqual([...MIGRATIONS])
  })

  test('leaves a database at rest as it is', () => {
    apply()
    const before = snapshot()
    expect(pending([...MIGRATIONS, COLOURS])).toEqual([NEWEST + 1])
    expect(pending()).toEqual([])
    expect(snapshot()).toEqual(before)
  })

  test('sees what a running server has only in its WAL', async () => {
    await using _running = await openTestStore(path)
    const before = readdirSync(home.path).sort()
    expect(before).toEqual(['orion.db', 'orion.db-shm', 'orion.db-wal'])
    const database = statSync(path)
    expect(pending([...MIGRATIONS, COLOURS])).toEqual([NEWEST + 1])
    expect(readdirSync(home.path).sort()).toEqual(before)
    expect(statSync(path).mtimeMs).toBe(database.mtimeMs)
  })

  test('sees what a copied WAL holds without its index, and leaves both alone', async () => {
    const other = home.file('copy.db')
    {
      await using _running = await openTestStore(path)
      copyFileSync(path, other)
      copyFileSync(`${path}-wal`, `${other}-wal`)
    }
    path = other
    const before = snapshot()
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
    expect(pending([...MIGRATIONS, COLOURS])).toEqual([NEWEST + 1])
    expect(snapshot()).toEqual(before)
    expect(apply()).toEqual([])
  })

  describe.if(process.getuid?.() === 0)('by a user who may only read', () => {
    async function asNobody(): Promise<string> {
      const script = `
        const { pendingMigrations } = await import(${JSON.stringify(import.meta.resolve('./migrate.ts'))})
        const list = pendingMigrations(process.argv.at(-1), JSON.parse(process.env.KNOWN))
        console.log(list.map(one => one.version).join())`
      const child = Bun.spawn(
        [
          'setpriv',
          '--reuid=65534',
          '--regid=65534',
          '--clear-groups',
          process.execPath,
          '-e',
          script,
          `sqlite:${path}`,
        ],
        {
          stdout: 'pipe',
          stderr: 'pipe',
          env: { ...process.env, KNOWN: JSON.stringify([...MIGRATIONS, COLOURS]) },
        },
      )
      const [out, err] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ])
      return (await child.exited) === 0 ? out.trim() : err
    }

    beforeEach(() => chmodSync(home.path, 0o755))

    test('answers for a database at rest', async () => {
      apply()
      const before = snapshot()
      expect(await asNobody()).toBe(String(NEWEST + 1))
      expect(snapshot()).toEqual(before)
    })

    test('answers for a missing file', async () => {
      expect(await asNobody()).toBe([...KNOWN, NEWEST + 1].join())
      expect(readdirSync(home.path)).toEqual([])
    })

    test('answers while the server runs', async () => {
      await using _running = await openTestStore(path)
      const before = readdirSync(home.path).sort()
      expect(await asNobody()).toBe(String(NEWEST + 1))
      expect(readdirSync(home.path).sort()).toEqual(before)
    })

    test('says so when the file cannot be read', async () => {
      apply()
      chmodSync(path, 0o600)
      expect(await asNobody()).toContain(`Cannot read the database "${path}"`)
    })
  })
})
