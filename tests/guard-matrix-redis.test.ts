import { afterAll } from 'bun:test'
import { RedisClient } from 'bun'
import { GUARDS } from './guard-matrix/guards.ts'
import { onRedis } from './guard-matrix/places.ts'
import { type Cell, COLUMNS, type GuardRow } from './guard-matrix/script.ts'
import { play } from './guard-matrix/stage.ts'
import { WAYS, type Way } from './guard-matrix/ways.ts'
import { type PrivateService, privateRedis } from './harness/backing.ts'
import { testNeeding } from './harness/needs.ts'

// Cells of the matrix once more, with what guards remember on a Redis that is stopped and started in the middle. Its
// time is its own, so cells in which time passes are not among them; what a key is does not depend on the store.

const test = testNeeding('private redis')

const ASKED = COLUMNS.filter(column => column !== 'broken key')

const kept: { service?: Promise<PrivateService> } = {}

afterAll(async () => {
  await (await kept.service)?.[Symbol.asyncDispose]()
})

/** What comes back to a bucket in this time is not noticed. */
const UNNOTICED_MS = 900
const TRIES = 5

async function playOnRedis(way: Way, row: GuardRow, cell: Cell): Promise<void> {
  kept.service ??= privateRedis()
  const service = await kept.service
  for (let tries = 1; ; tries++) {
    const beganMs = performance.now()
    try {
      await service.start()
      const client = new RedisClient(service.url)
      await client.send('FLUSHALL', [])
      client.close()
      return await play(way, row, cell, onRedis(service))
    } catch (error) {
      // Redis looks at a clock that does not stand still while a slow machine plays.
      if (tries === TRIES || performance.now() - beganMs < UNNOTICED_MS) throw error
    }
  }
}

for (const row of GUARDS.filter(each => typeof each['store down'] !== 'string')) {
  for (const way of WAYS.filter(each => each.guards === 'all' || each.guards.includes(row.key))) {
    for (const column of ASKED) {
      const cells = row[column]
      if (typeof cells === 'string') continue
      for (const [name, given] of Object.entries(cells)) {
        const cell: Cell = 'steps' in given ? given : { steps: given }
        if (cell.steps.some(({ kind }) => kind === 'time')) continue
        test(`${row.name} on Redis > ${way.name} > ${column} (${name})`, () => playOnRedis(way, row, cell))
      }
    }
  }
}
