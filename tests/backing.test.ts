import { expect, test } from 'bun:test'
import { RedisClient, SQL } from 'bun'
import { mysql, postgres, privateMysql, privatePostgres, privateRedis, redis } from './harness/backing.ts'

for (const [name, open, openPrivate] of [
  ['postgres', postgres, privatePostgres],
  ['mysql', mysql, privateMysql],
] as const) {
  test(`${name} gives each test an empty database of its own`, async () => {
    const service = await open()
    expect(await open()).toBe(service)
    await using first = await service.freshDatabase()
    await using second = await service.freshDatabase()
    const sql = new SQL(first.url)
    await sql`CREATE TABLE a (b int)`
    await sql.close()
    const other = new SQL(second.url)
    expect(await other`SELECT 1 AS one`.values()).toEqual([[1]])
    await other.close()
  })

  test(`${name} of one test can be stopped, killed and restarted, and keeps its data`, async () => {
    await using service = await openPrivate()
    const ask = async (text: string) => {
      const sql = new SQL(service.url, { max: 1 })
      try {
        return await sql.unsafe(text).values()
      } finally {
        await sql.close()
      }
    }
    await ask('CREATE TABLE a (b int)')
    await ask('INSERT INTO a VALUES (7)')
    await service.restart()
    expect(await ask('SELECT b FROM a')).toEqual([[7]])
    await service.kill9()
    await service.start()
    expect(await ask('SELECT b FROM a')).toEqual([[7]])
    await service.stop()
    expect(ask('SELECT b FROM a')).rejects.toThrow()
  })
}

test('redis', async () => {
  await using db = await (await redis()).freshDatabase()
  const c = new RedisClient(db.url)
  await c.set('a', 'b')
  expect(await c.get('a')).toBe('b')
  c.close()
  await using service = await privateRedis()
  const d = new RedisClient(service.url)
  await d.set('a', 'b')
  d.close()
  await service.restart()
  const e = new RedisClient(service.url)
  expect(await e.get('a')).toBe('b')
  e.close()
})
