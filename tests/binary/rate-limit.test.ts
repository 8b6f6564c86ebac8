import { expect, test } from 'bun:test'
import { startServer } from '../harness/binary.ts'
import { runLoad } from '../harness/load.ts'
import { longTier } from '../harness/needs.ts'
import { exchangeRaw } from '../harness/raw-connection.ts'
import { channel, logWorkflow } from '../harness/samples.ts'

const RATE = 100
const BURST = 50
const FLOOD_PER_SECOND = 5000
const SECONDS = longTier ? 10 : 2

/** A request by the server's own account. */
interface Outcome {
  readonly admitted: boolean
  /** When it arrived: its UUID v7 is made in the same turn of the event loop as the limiter is asked. */
  readonly atMs: number
}

test(`a limit of ${RATE}/s with burst ${BURST} holds under a flood of ${SECONDS} s`, async () => {
  await using server = await startServer()
  const config = { rate_limit: { requests_per_second: RATE, burst: BURST } }
  await server.client.declare(logWorkflow('orders'), channel('orders', { config }))
  const outcomes = await flood(`${server.url}/api/v1/data/orders`)

  const arrivals = outcomes.map(({ atMs }) => atMs).sort((a, b) => a - b)
  const admitted = outcomes.filter(outcome => outcome.admitted).map(({ atMs }) => atMs)
  admitted.sort((a, b) => a - b)
  const seconds = (Number(arrivals.at(-1)) - Number(arrivals[0])) / 1000
  const most = BURST + RATE * seconds
  // While nobody asks for longer than it takes to fill the bucket, what would flow in is lost.
  const expected = most - RATE * idleSeconds(arrivals)
  if (longTier)
    console.log(`  ${admitted.length} of ${outcomes.length} in ${seconds} s, expected ${expected}`)

  expect(outcomes.length).toBeGreaterThan(2 * admitted.length)
  expect(admitted.length).toBeLessThanOrEqual(Math.ceil(most))
  expect(Math.abs(admitted.length - expected)).toBeLessThanOrEqual(0.02 * expected)
  expect(mostInOneSecond(admitted)).toBeLessThanOrEqual(BURST + RATE)
})

test('who is over the limit is answered before the body has come', async () => {
  await using server = await startServer()
  const config = { rate_limit: { requests_per_second: 1, burst: 1, key_logic: 'everybody' } }
  await server.client.declare(logWorkflow('orders'), channel('orders', { config }))
  const head = 'POST /api/v1/data/orders HTTP/1.1\nhost: localhost\ncontent-type: application/json'
  // The second of two at once is over it, unless a second has passed; its body never comes.
  for (let n = 0; n < 10; n++) {
    await server.client.post('orders', n)
    const { status } = await Promise.race([
      exchangeRaw(server.port, `${head}\ncontent-length: 1000`),
      Bun.sleep(1000).then(() => ({ status: 0 })),
    ])
    if (status === 429) return
  }
  throw new Error('never refused')
})

/** A steady stream of requests, as far as this machine can send them. */
async function flood(url: string): Promise<readonly Outcome[]> {
  const startMs = performance.now()
  const { outcomes, failures } = await runLoad<Outcome>({
    connections: 32,
    total: SECONDS * FLOOD_PER_SECOND,
    async send(n) {
      const earlyMs = startMs + (n * 1000) / FLOOD_PER_SECOND - performance.now()
      if (earlyMs > 1) await Bun.sleep(earlyMs)
      const response = await fetch(url, { method: 'POST' })
      expect(response.status).toBeOneOf([200, 429])
      return { admitted: response.status === 200, atMs: bornMs(await response.text()) }
    },
  })
  expect(failures).toEqual([])
  return outcomes
}

/** The time in the UUID v7 of an answer or of a refusal. */
function bornMs(body: string): number {
  const id = /"(?:id|request_id)":"([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(body)
  if (id === null) throw new Error(`No id in ${body}`)
  return Number.parseInt(`${id[1]}${id[2]}`, 16)
}

function idleSeconds(arrivals: readonly number[]): number {
  const gaps = arrivals.map((atMs, index) => (atMs - (arrivals[index - 1] ?? atMs)) / 1000)
  return gaps.reduce((sum, gap) => sum + Math.max(0, gap - BURST / RATE), 0)
}

function mostInOneSecond(sorted: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [last, atMs] of sorted.entries()) {
    while (Number(sorted[first]) <= atMs - 1000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
