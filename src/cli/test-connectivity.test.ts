import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Connector } from '../connector/definition.ts'
import { connector, folder, openTestStore, save } from '../storage/test-store.ts'
import { run } from './test-terminal.ts'

const place = folder()
afterAll(() => place[Symbol.dispose]())

const urlOf = (file: string) => `sqlite:${place.file(file)}`

function cache(name: string, fields: Partial<Connector> = {}): Connector {
  return connector({ id: name, name, connector_type: 'cache', config: { backend: 'memory' }, ...fields })
}

async function write(file: string, ...rows: readonly Connector[]): Promise<void> {
  await using store = await openTestStore(place.file(file))
  await save(store, ...rows.map(row => store.connectors.insert(row)))
}

const testing = (file: string, ...argv: string[]) =>
  run(['test-connectivity', ...argv], { env: { ORION_STORAGE__URL: urlOf(file) } })

beforeAll(() =>
  write(
    'orion.db',
    cache('sessions'),
    cache('spare', { enabled: false }),
    cache('topics', { connector_type: 'kafka' }),
  ),
)

describe('test-connectivity', () => {
  test('tells of storage and of every connector that is enabled', async () => {
    const { code, out } = await testing('orion.db')
    expect(code).toBe(0)
    expect(out).toBe(
      [
        `storage: ${urlOf('orion.db')} OK`,
        'sessions (cache): OK      the memory of this process (0 ms)',
        'topics (kafka):   SKIPPED this version does not connect to kafka connectors',
        '',
      ].join('\n'),
    )
  })

  test('tests those that are named, enabled or not, and tells it as JSON', async () => {
    const { code, out } = await testing('orion.db', 'spare', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      storage: { url: urlOf('orion.db'), reachable: true },
      connectors: [
        {
          name: 'spare',
          connector_type: 'cache',
          enabled: false,
          reachable: true,
          supported: true,
          stage: null,
          message: 'the memory of this process',
          duration_ms: 0,
        },
      ],
    })
  })

  test('knows no other names', async () => {
    expect(await testing('orion.db', 'session')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('Error: There is no connector "session"; did you mean "sessions"?\n'),
    })
  })

  test('fails with a connector that cannot be reached', async () => {
    await write('broken.db', cache('lost'))
    await using store = await openTestStore(place.file('broken.db'))
    await save(store, { sql: "update connectors set config_json = '{'", params: [] })
    const { code, out } = await testing('broken.db')
    expect(code).toBe(1)
    expect(out).toMatch(/\nlost \(unknown\): FAILED {2}.* \(0 ms\)\n$/)
  })

  test('looks up references to secrets, and says which ones lead nowhere', async () => {
    const config = { backend: 'redis', url: 'env://NO_SUCH_VARIABLE' }
    await write('references.db', cache('far', { config }))
    const { code, out } = await testing('references.db')
    expect(code).toBe(1)
    expect(out).toMatch(/\nfar \(cache\): FAILED {2}.*NO_SUCH_VARIABLE/)
  })

  test('makes no database', async () => {
    const { code, err } = await testing('missing.db')
    expect(code).toBe(1)
    expect(err).toContain(
      `The database ${urlOf('missing.db')} is missing or not up to date; "orion-server migrate"`,
    )
    expect(await Bun.file(place.file('missing.db')).exists()).toBe(false)
  })
})
