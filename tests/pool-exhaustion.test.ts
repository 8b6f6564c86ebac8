import { expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

/** The smallest pool that the configuration of the reference allows; SQLite here has one writer and one reader anyway. */
const TINY = { ORION_STORAGE__MAX_CONNECTIONS: '1', ORION_STORAGE__MIN_CONNECTIONS: '1' }

test('a burst over the smallest pool is served, and so is what comes after it', async () => {
  await using app = await openApp({ env: TINY })
  const { client } = app
  await client.declare(echoWorkflow('echo'), channel('echo'))
  const burst = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      n % 2 === 0 ? client.post('echo', { n }) : client.admin('GET', 'workflows'),
    ),
  )
  expect([...new Set(burst.map(({ status }) => status))]).toEqual([200])
  expect((await client.post('echo', {})).status).toBe(200)
})

test('twenty lists at once are all answered', async () => {
  await using app = await openApp()
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.client.admin('GET', 'workflows')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
})
