import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './test-terminal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orion-migrate-'))
})
afterAll(() => rm(folder, { recursive: true }))

const migrate = (file: string, ...flags: string[]) =>
  run(['migrate', ...flags], { env: { ORION_STORAGE__URL: `sqlite:${join(folder, file)}` } })

describe('migrate', () => {
  test('lists what is pending and creates nothing, then applies it, then has nothing to do', async () => {
    const path = join(folder, 'a.db')
    const pending = await migrate('a.db', '--dry-run')
    expect(pending.code).toBe(0)
    expect(pending.out).toMatch(/^Pending migrations \(\d+\):\n( {2}\d+ — .+\n)+$/)
    expect(existsSync(path)).toBe(false)
    const count = Number(/\d+/.exec(pending.out)?.[0])

    expect(await migrate('a.db')).toMatchObject({
      code: 0,
      out: `Applying ${count} migration(s)...\nMigrations applied successfully.\n`,
    })
    const bytes = readFileSync(path)
    expect(await migrate('a.db', '--dry-run')).toMatchObject({ code: 0, out: 'No pending migrations.\n' })
    expect(await migrate('a.db')).toMatchObject({ code: 0, out: 'No pending migrations.\n' })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  test('--exit-code tells by 3 that something is pending', async () => {
    expect(await migrate('b.db', '--dry-run', '--exit-code')).toMatchObject({ code: 3 })
    await migrate('b.db')
    expect(await migrate('b.db', '--dry-run', '--exit-code')).toMatchObject({ code: 0 })
  })

  test('a file that is no database of ours is refused', async () => {
    writeFileSync(
      join(folder, 'text.db'),
      'this is no database, and long enough to be read as one. '.repeat(50),
    )
    const other = new Database(join(folder, 'other.db'))
    other.run('create table people (name text)')
    other.close()
    for (const file of ['text.db', 'other.db']) {
      const before = readFileSync(join(folder, file))
      const { code, out, err } = await migrate(file)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toContain('Error: ')
      expect(readFileSync(join(folder, file)).equals(before)).toBe(true)
    }
  })
})
