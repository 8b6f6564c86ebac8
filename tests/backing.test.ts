import { expect, test } from 'bun:test'
import { RedisClient, SQL } from 'bun'
import {
  type Address,
  mysql,
  postgres,
  privateMysql,
  privatePostgres,
  privateRedis,
  redis,
  type SharedService,
} from './harness/backing.ts'
import { testNeeding } from './harness/needs.ts'

async function sql(address: Address, text: string, options: Bun.SQL.Options = {}) {
  const client = new SQL(address.url, { max: 1, ...options })
  try {
    return await client.unsafe(text).values()
  } finally {
    await client.close()
  }
}

async function redisSays({ url }: Pick<Address, 'url'>, command: string, ca?: string): Promise<unknown> {
  const client = new RedisClient(url, ca === undefined ? {} : { tls: { ca } })
  try {
    const [name = '', ...words] = command.split(' ')
    return await client.send(name, words)
  } finally {
    client.close()
  }
}

function certificateOf({ tls }: SharedService): Promise<string> {
  if (tls === undefined) throw new Error('no TLS')
  return Bun.file(tls.certificate).text()
}

for (const { need, open, openPrivate } of [
  { need: 'postgres', open: postgres, openPrivate: privatePostgres },
  { need: 'mysql', open: mysql, openPrivate: privateMysql },
] as const) {
  testNeeding(need)(`${need}: a test gets an empty database that its user sees alone`, async () => {
    const service = await open()
    expect(await open()).toBe(service)
    await using first = await service.freshDatabase()
    await using second = await service.freshDatabase()
    await sql(first, 'CREATE TABLE orders (id int)')
    await expect(sql(second, 'SELECT id FROM orders')).rejects.toThrow()
    expect(await sql(first, 'SELECT id FROM orders')).toEqual([])
    await expect(
      sql({ ...first, url: first.url.replace(/[^/]*$/, second.database) }, 'SELECT 1'),
    ).rejects.toThrow()
  })

  testNeeding(need)(`${need}: a database goes with its test`, async () => {
    const service = await open()
    const fresh = await service.freshDatabase()
    await fresh[Symbol.asyncDispose]()
    await expect(sql(fresh, 'SELECT 1')).rejects.toThrow()
  })

  testNeeding(need)(
    `${need}: a private one keeps its data and its address over stops and kills, and speaks TLS`,
    async () => {
      await using service = await openPrivate()
      await sql(service, 'CREATE TABLE orders (id int)')
      await sql(service, 'INSERT INTO orders VALUES (7)')
      await service.restart()
      expect(await sql(service, 'SELECT id FROM orders')).toEqual([[7]])
      await service.kill9()
      await service.start()
      const tls = { ca: await certificateOf(service) }
      expect(await sql(service, 'SELECT id FROM orders', { tls })).toEqual([[7]])
      await service.stop()
      await expect(sql(service, 'SELECT 1')).rejects.toThrow()
    },
  )
}

testNeeding('redis')(
  'redis: a test gets an empty database of its own, which the next one finds empty',
  async () => {
    const service = await redis()
    const first = await service.freshDatabase()
    await using second = await service.freshDatabase()
    expect(second.database).not.toBe(first.database)
    await redisSays(first, 'SET a b')
    expect(await redisSays(first, 'GET a')).toBe('b')
    expect(await redisSays(second, 'DBSIZE')).toBe(0)
    await first[Symbol.asyncDispose]()
    expect(await redisSays(first, 'DBSIZE')).toBe(0)
  },
)

testNeeding('private redis')(
  'redis: a private one keeps its data over a restart, and speaks TLS',
  async () => {
    await using service = await privateRedis()
    await redisSays(service, 'SET a b')
    await service.restart()
    expect(await redisSays(service, 'GET a')).toBe('b')
    const url = `rediss://:${service.password}@localhost:${service.tls?.port}`
    expect(await redisSays({ url }, 'GET a', await certificateOf(service))).toBe('b')
  },
)

test('a service of the tester is used as it stands', async () => {
  const url = 'redis://:pass%20word@redis.example:6390/3'
  const child = Bun.spawn(
    [
      process.execPath,
      '-e',
      `import { redis } from ${JSON.stringify(`${import.meta.dir}/harness/backing.ts`)}
       console.log(JSON.stringify(await redis()))`,
    ],
    { env: { ...process.env, ORION_TEST_REDIS_URL: url }, stdout: 'pipe' },
  )
  expect(await child.stdout.json()).toEqual({
    url,
    host: 'redis.example',
    port: 6390,
    user: '',
    password: 'pass word',
    database: '3',
  })
})
