import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openApp } from './harness/app.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { echoWorkflow, mapTask } from './harness/samples.ts'
import { type TempFolder, tempFolder } from './harness/temp-folder.ts'
import { exported, importing } from './harness/transfers.ts'

const ITEMS = Array.from({ length: 10 }, (_, at) => echoWorkflow(`w${at}`))

function openOver(folder: TempFolder) {
  return openApp({ env: { ORION_STORAGE__URL: `sqlite:${join(folder.path, 'orion.db')}` } })
}

describe('one row that storage refuses in the middle', () => {
  test.each([
    ['by a unique key', 'insert into workflows (workflow_id, version, name) values ("w5", 1, "taken")'],
    ['for another reason', "select raise(abort, 'no more of these')"],
  ])('%s undoes all of them, and the row in the audit', async (_, statement) => {
    await using folder = await tempFolder()
    await using app = await openOver(folder)
    using database = new Database(join(folder.path, 'orion.db'))
    database.run(
      `create trigger clash after insert on workflows when new.workflow_id = 'w4' begin ${statement.replaceAll('"', "'")}; end`,
    )
    for (const query of ['', '?atomic=false']) {
      const answer = await importing(app, 'workflows', ITEMS, query)
      expectEnvelope(answer, 409, 'CONFLICT')
    }
    expect(await exported(app, 'workflows')).toEqual([])
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
    database.run('drop trigger clash')
    expect((await importing(app, 'workflows', ITEMS)).at('imported')).toBe(10)
  })

  test('undoes connectors as well, and none of them is live', async () => {
    await using folder = await tempFolder()
    await using app = await openOver(folder)
    using database = new Database(join(folder.path, 'orion.db'))
    database.run(
      "create trigger clash after insert on connectors when new.id = 'c1' begin select raise(abort, 'no'); end",
    )
    const before = await app.client.admin('GET', 'engine/status')
    const items = ['c0', 'c1', 'c2'].map(id => ({
      id,
      name: id,
      connector_type: 'cache',
      config: { backend: 'memory' },
    }))
    expectEnvelope(await importing(app, 'connectors', items), 409, 'CONFLICT')
    expect(await exported(app, 'connectors')).toEqual([])
    const after = await app.client.admin('GET', 'engine/status')
    expect(after.at('generation')).toBe(before.at('generation') ?? -1)
  })
})

describe('beside other changes', () => {
  test('an import that is raced by a create is whole, or refused naming the item', async () => {
    await using app = await openApp()
    for (let round = 0; round < 30; round++) {
      const id = (at: number) => `r${round}-${at}`
      const items = Array.from({ length: 10 }, (_, at) => ({ ...echoWorkflow(id(at)), tags: ['import'] }))
      const racing = echoWorkflow(id(round % 10))
      const [first, second] = await Promise.all([
        importing(app, 'workflows', items),
        app.client.admin('POST', 'workflows', racing),
      ])
      const rows = (await exported(app, 'workflows')).filter(row =>
        String(row.workflow_id).startsWith(`r${round}-`),
      )
      if (first.status === 200) {
        expect(second.status).toBe(409)
        expect(rows).toHaveLength(10)
        expect(rows.every(({ tags }) => String(tags) === 'import')).toBe(true)
      } else {
        expect([first.status, first.at('imported'), second.status]).toEqual([400, 0, 201])
        expect(problemsOf(first)).toEqual({ [`[${round % 10}].workflow_id`]: 'DUPLICATE' })
        expect(rows).toHaveLength(1)
      }
    }
  })

  test('an import is not lost in the copy of a draft that somebody else changes', async () => {
    await using app = await openApp()
    await importing(app, 'workflows', ITEMS)
    // Long to check, so that it has read the draft long before it writes it.
    const tasks = Array.from({ length: 900 }, (_, at) => mapTask(`t${at}`, { 'data.x': { '+': [at, 1] } }))
    for (let round = 0; round < 5; round++) {
      const tags = [`round-${round}`]
      const items = ITEMS.map(item => ({ ...item, tags }))
      const answers = await Promise.all([
        app.client.admin('PUT', 'workflows/w3', { tasks }),
        importing(app, 'workflows', items, '?on_conflict=new_version'),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      const rows = await exported(app, 'workflows')
      expect(rows.map(row => row.tags)).toEqual(rows.map(() => tags))
    }
  })

  test('two imports of the same definitions, in another order, both end', async () => {
    await using app = await openApp()
    const query = '?on_conflict=new_version'
    const answers = await Promise.all([
      importing(app, 'workflows', ITEMS, query),
      importing(app, 'workflows', ITEMS.toReversed(), query),
      importing(app, 'workflows', ITEMS),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400])
    expect(await exported(app, 'workflows')).toHaveLength(10)
  })
})
