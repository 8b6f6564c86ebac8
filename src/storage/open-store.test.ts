import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { chmodSync, readdirSync } from 'node:fs'
import { folder, openTestStore, save, trace, workflow } from './test-store.ts'

describe('a store', () => {
  test('keeps what was saved until it is opened again, and leaves one file behind', async () => {
    using home = folder()
    const path = home.file('orion.db')
    const row = workflow()
    {
      await using store = await openTestStore(path)
      await save(store, store.workflows.insert(row))
    }
    expect(readdirSync(home.path)).toEqual(['orion.db'])
    await using store = await openTestStore(path)
    expect(await store.workflows.latest('orders')).toEqual(row)
  })

  test('stores what waits when it closes, and closes once', async () => {
    using home = folder()
    const path = home.file('orion.db')
    const store = await openTestStore(path)
    const waiting = store.commit({ statements: [store.workflows.insert(workflow())], durability: 'normal' })
    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()])
    await waiting
    await using again = await openTestStore(path)
    expect(await again.workflows.latest('orders')).toBeDefined()
  })

  test('in memory works like one in a file, and each is its own', async () => {
    await using one = await openTestStore(':memory:')
    await using other = await openTestStore(':memory:')
    await save(one, one.workflows.insert(workflow()))
    expect((await one.workflows.latest('orders'))?.name).toBe('Orders')
    expect(await other.workflows.latest('orders')).toBeUndefined()
    expect(await one.healthy()).toBe(true)
  })

  test('shows each tenant its own rows', async () => {
    using home = folder()
    const path = home.file('orion.db')
    await using ours = await openTestStore(path)
    await using theirs = await openTestStore(path, { tenant: 'theirs' })
    const run = trace()
    await save(ours, ours.workflows.insert(workflow({ name: 'ours' })), ours.traces.insert(run))
    await save(theirs, theirs.workflows.insert(workflow({ name: 'theirs', status: 'active' })))
    expect((await ours.workflows.latest('orders'))?.name).toBe('ours')
    expect((await theirs.workflows.latest('orders'))?.name).toBe('theirs')
    expect((await ours.workflows.active()).rows).toEqual([])
    expect(await theirs.traces.get(run.id)).toBeUndefined()
    expect(
      await theirs.traces.list({}, { by: 'created_at', order: 'desc' }, { limit: 9, offset: 0 }),
    ).toEqual({
      rows: [],
      total: 0,
    })
    await save(
      theirs,
      theirs.workflows.delete('orders', () => new Error('nothing deleted')),
    )
    expect(await ours.workflows.latest('orders')).toBeDefined()
  })

  test('is not healthy when its database is not there any more', async () => {
    using home = folder()
    const path = home.file('orion.db')
    await using store = await openTestStore(path)
    expect(await store.healthy()).toBe(true)
    const vandal = new Database(path)
    vandal.run('drop table orion_migrations')
    vandal.close()
    expect(await store.healthy()).toBe(false)
    expect(await store.workflows.latest('orders')).toBeUndefined()
  })

  test('answers STORAGE_ERROR to a read that the database fails', async () => {
    using home = folder()
    const path = home.file('orion.db')
    await using store = await openTestStore(path)
    const vandal = new Database(path)
    vandal.run('drop table connectors')
    vandal.close()
    const error = await store.connectors.get('a').catch(error => error)
    expect(error).toMatchObject({ code: 'STORAGE_ERROR', message: 'The database could not be read' })
    expect(error.cause.message).toContain('no such table')
  })

  test.if(process.getuid?.() === 0)('that cannot be written says what has to be writable', async () => {
    using home = folder()
    chmodSync(home.path, 0o755)
    const script = `
      const { openTestStore } = await import(${JSON.stringify(import.meta.resolve('./test-store.ts'))})
      await openTestStore(process.argv.at(-1)).catch(error => console.log(error.message))`
    const child = Bun.spawn(
      [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        '-e',
        script,
        home.file('orion.db'),
      ],
      { stdout: 'pipe' },
    )
    const said = await new Response(child.stdout).text()
    expect(said).toContain(`Cannot open the database "${home.file('orion.db')}"`)
    expect(said).toContain('must be readable and writable by the user of this process')
  })
})
