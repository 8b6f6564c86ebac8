import { expect, test } from 'bun:test'
import { TURN_MS } from './next-turn.ts'
import { Turns } from './turns.ts'

test('others go first once a turn has been long enough, and then not before the next one has', async () => {
  let nowMs = 0
  const turns = new Turns({ monotonic: () => nowMs })
  const goesFirst = async (afterMs: number) => {
    nowMs += afterMs
    let went = false
    setImmediate(() => {
      went = true
    })
    await turns.restIfDue()
    return went
  }
  expect(await goesFirst(TURN_MS - 1)).toBe(false)
  expect(await goesFirst(1)).toBe(true)
  expect(await goesFirst(TURN_MS - 1)).toBe(false)
  expect(await goesFirst(TURN_MS)).toBe(true)
})
