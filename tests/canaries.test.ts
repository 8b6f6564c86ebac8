import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drive, type Heard } from './canaries/drive.ts'
import { planted } from './canaries/places.ts'
import { World } from './canaries/world.ts'
import { openApp } from './harness/app.ts'
import { runCommand, startServer } from './harness/binary.ts'
import { canary, sightings } from './harness/canary.ts'
import type { Send } from './harness/client.ts'
import { tempFolder } from './harness/temp-folder.ts'

/** `place in what: how`, of every canary that is seen anywhere. */
function seen(texts: readonly (readonly [what: string, text: string])[]): string[] {
  return planted.flatMap(({ canary: one }) =>
    texts.flatMap(([what, text]) => sightings(text, one).map(how => `${one.name} in ${what}: ${how}`)),
  )
}

function heardTexts(heard: readonly Heard[]): [string, string][] {
  return heard.map(({ asked, text }) => [asked, text])
}

/** What shows that the canaries were there: channels that their secrets open, tasks that had theirs. */
function expectAlive(heard: readonly Heard[]): void {
  const opened = heard.filter(({ asked, status }) => asked.startsWith('POST /api/v1/data/') && status === 200)
  const names = new Set(opened.map(({ asked }) => asked.split('/').at(-1)))
  const open = ['api-key', 'api-key-variable', 'api-key-file', 'hmac', 'hmac-stored', 'jwt', 'config-secret']
  expect([...names]).toEqual(expect.arrayContaining(open))
  expect(heard.filter(({ status }) => status >= 500).length).toBeGreaterThan(0)
  expect(heard.length).toBeGreaterThan(200)
}

/** The world of all places, in a folder. */
function plant(folder: string): World {
  const files = join(folder, 'secret-files')
  mkdirSync(files)
  const world = new World(files)
  for (const { place, canary: one } of planted) place.plant(world, one.value)
  return world
}

const ADMIN = {
  authorization: `Bearer ${planted.find(({ place }) => place.name === 'admin-key')?.canary.value}`,
}

/** Only the admin API is asked with its key. */
function withKey(send: Send): Send {
  return (path, init) => {
    const isTraffic = path.startsWith('/api/v1/data/') && !path.startsWith('/api/v1/data/traces')
    const headers = { ...(!isTraffic && ADMIN), ...Object.fromEntries(new Headers(init.headers)) }
    return send(path, { ...init, headers })
  }
}

test('there are twenty places at least, each with a canary of its own', () => {
  expect(planted.length).toBeGreaterThanOrEqual(20)
  expect(new Set(planted.map(({ canary: { value } }) => value.slice(0, 12))).size).toBe(planted.length)
})

test('a search finds a canary however it is written', () => {
  const one = canary('one', 1)
  const { value } = one
  const forms = [
    value,
    value.slice(0, 12),
    JSON.stringify({ a: JSON.stringify({ b: value }) }),
    encodeURIComponent(value),
    new URLSearchParams({ a: value }).toString(),
    Buffer.from(value).toString('hex').toUpperCase(),
    Buffer.from(value).toString('base64'),
    Buffer.from(`ann:${value}`).toString('base64'),
    Buffer.from(`an:${value}`).toString('base64url'),
    Buffer.from(`a:${value}`).toString('base64'),
  ]
  for (const form of forms) expect([form, sightings(`x${form}y`, one).length > 0]).toEqual([form, true])
  expect(sightings(canary('two', 2).value, one)).toEqual([])
})

test('no canary is seen in answers, traces, audit, explanations and logs of a server in this process', async () => {
  await using folder = await tempFolder()
  const world = plant(folder.path)
  await using app = await openApp({ config: world.config, env: world.env })
  const heard = await drive(
    world,
    withKey((path, init) => app.orion.fetch(new Request(`http://orion.test${path}`, init))),
  )
  expectAlive(heard)
  expect(seen([...heardTexts(heard), ['the log', (await app.log()).join('\n')]])).toEqual([])
})

test('nor of the executable, nor by its commands, nor in its database beyond what definitions hold', async () => {
  await using folder = await tempFolder()
  const world = plant(folder.path)
  const { env, config } = world
  await using server = await startServer({ config, env, folder: folder.path })
  const heard = await drive(
    world,
    withKey((path, init) => fetch(server.url + path, init)),
  )
  expectAlive(heard)

  const linted = join(folder.path, 'linted.json')
  writeFileSync(
    linted,
    JSON.stringify(
      world.connectors.map(body => ({ ...body, strange: 1 })),
      null,
      2,
    ),
  )
  const commands = [
    ['validate-config'],
    ['lint', linted],
    ['secrets', 'list'],
    ['secrets', 'rotate'],
    ['migrate', '--dry-run'],
  ]
  const printed: [string, string][] = []
  for (const args of commands) {
    const { stdout, stderr } = await runCommand(['-c', 'config.toml', ...args], { folder: folder.path, env })
    printed.push([args.join(' '), stdout + stderr])
  }
  await server.stop()
  expect(seen([...heardTexts(heard), ...printed, ['the log', await server.log()]])).toEqual([])

  const database = join(folder.path, 'orion.db')
  using opened = new Database(database)
  expect(opened.query('select count(*) as rows from secrets').get()).toEqual({ rows: 4 })
  const stored = seen([['the database', readFileSync(database).toString('latin1')]])
  const held = [
    'bearer',
    'basic',
    'apikey',
    'oauth2',
    'header',
    'url-password',
    'url-query',
    'database',
    'redis',
    'broker',
  ]
  const inDefinitions = [...held, 'bucket', 'api-key', 'hmac', 'jwt']
  expect(stored.filter(found => !inDefinitions.some(name => found.startsWith(`${name} in `)))).toEqual([])
})
