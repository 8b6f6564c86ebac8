import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspect.ts'

test.each([
  ['before its first transaction', 32],
  ['in the middle of its first transaction', 32 + 24 + 4096],
])('a database whose writer was killed %s is looked at without a wait', (_, walBytes) => {
  const folder = mkdtempSync(join(tmpdir(), 'orion-inspect-test-'))
  const path = join(folder, 'killed.db')
  const running = new Database(join(folder, 'running.db'))
  running.run('pragma journal_mode = wal')
  running.run('create table t (a text)')
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(join(folder, `running.db${suffix}`), path + suffix)
  running.close()
  truncateSync(`${path}-wal`, walBytes)
  const names = readdirSync(folder)
  const beganMs = performance.now()
  expect(inspect(path, database => database.query('select count(*) as n from sqlite_schema').get())).toEqual({
    n: 0,
  })
  expect(performance.now() - beganMs).toBeLessThan(1_000)
  expect(readdirSync(folder)).toEqual(names)
  rmSync(folder, { recursive: true })
})
