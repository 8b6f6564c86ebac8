import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { pendingMigrations } from './migrate.ts'
import { folder, openTestStore } from './test-store.ts'

/** Writes traces and definitions without end; prints the id of each once it is answered. */
const CHILD = `
  const { openTestStore, trace, connector, save } = await import(${JSON.stringify(import.meta.resolve('./test-store.ts'))})
  const { writeSync } = await import('node:fs')
  const store = await openTestStore(process.argv.at(-1))
  const acknowledge = (kind, id) => writeSync(1, kind + ' ' + id + '\\n')
  async function traces() {
    for (;;) {
      const one = trace({ input_json: 'x'.repeat(500) })
      await store.commit({ statements: [store.traces.insert(one)], durability: 'normal' })
      acknowledge('trace', one.id)
    }
  }
  async function definitions() {
    for (;;) {
      const id = crypto.randomUUID()
      await save(store, store.connectors.insert(connector({ id, name: id })))
      acknowledge('connector', id)
    }
  }
  await Promise.all([...Array.from({ length: 20 }, traces), definitions()])`

/** Kills the child with -9 after so many answers; what it had answered by then. */
async function killedAfter(answers: number, path: string): Promise<string[]> {
  const child = Bun.spawn([process.execPath, '-e', CHILD, path], { stdout: 'pipe', stderr: 'inherit' })
  let text = ''
  let seen = 0
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk
    seen += chunk.split('\n').length - 1
    if (seen >= answers && !child.killed) child.kill('SIGKILL')
  }
  await child.exited
  return text.slice(0, text.lastIndexOf('\n')).split('\n')
}

describe('a process killed with -9 while it writes', () => {
  test.each([1, 50, 400, 1_500, 4_000])('after %i answers has lost none of them', async answers => {
    using home = folder()
    const path = home.file('orion.db')
    const answered = await killedAfter(answers, path)
    expect(answered.length).toBeGreaterThanOrEqual(answers)

    await using store = await openTestStore(path)
    const stored = new Set<string>()
    const reader = new Database(path, { readonly: true })
    for (const [id] of reader.query("select 'trace ' || id from traces").values()) stored.add(String(id))
    for (const [id] of reader.query("select 'connector ' || id from connectors").values())
      stored.add(String(id))
    expect(reader.query('pragma integrity_check').values()).toEqual([['ok']])
    reader.close()
    expect(answered.filter(line => !stored.has(line))).toEqual([])
    expect(await store.healthy()).toBe(true)
  })

  test('leaves a database that can be looked at without a change to it', async () => {
    using home = folder()
    const path = home.file('orion.db')
    await killedAfter(100, path)
    const state = () =>
      readdirSync(home.path)
        .sort()
        .map(name => [name, statSync(home.file(name)).mtimeMs, Bun.hash(readFileSync(home.file(name)))])
    const before = state()
    expect(before.map(([name]) => name)).toEqual(['orion.db', 'orion.db-shm', 'orion.db-wal'])
    expect(pendingMigrations(`sqlite:${path}`)).toEqual([])
    expect(state()).toEqual(before)
  })
})
