import { describe, expect, test } from 'bun:test'
import { Flights } from './flights.ts'

interface Result {
  n: number
}

/** Longer than any test runs. */
const LONG_MS = 1_000_000

function opened() {
  const flights = new Flights<Result>()
  const lead = flights.lead('k')
  const follow = (maxMs = LONG_MS, gone?: AbortSignal) => {
    const flight = flights.find('k')
    if (flight === undefined) throw new Error('nothing is under way')
    return flight.wait(maxMs, gone)
  }
  return { flights, lead, follow }
}

describe('those who follow', () => {
  test('get the result of the one who leads, all at once', async () => {
    const { lead, follow } = opened()
    const landings = Promise.all([follow(), follow(), follow()])
    lead.land({ n: 1 })
    expect(await landings).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
  })

  test('are woken without one when there is none', async () => {
    const { lead, follow } = opened()
    const landings = Promise.all([follow(), follow()])
    lead.land(undefined)
    expect(await landings).toEqual(['none', 'none'])
  })

  test('wait no longer than they want', async () => {
    const { lead, follow } = opened()
    const patient = follow()
    expect(await follow(1)).toBe('none')
    lead.land({ n: 2 })
    expect(await patient).toEqual({ n: 2 })
  })

  test('leave when nobody waits for them', async () => {
    const { follow } = opened()
    const caller = new AbortController()
    const landing = follow(LONG_MS, caller.signal)
    caller.abort()
    expect(await landing).toBe('gone')
    expect(await follow(LONG_MS, caller.signal)).toBe('gone')
  })
})

describe('a flight', () => {
  test('is over before those who waited for it go on', async () => {
    const { flights, lead, follow } = opened()
    const seen = follow().then(() => flights.find('k'))
    lead.land(undefined)
    expect(flights.find('k')).toBeUndefined()
    expect(await seen).toBeUndefined()
  })

  test('is another one after it is over: landing twice does not end the next', () => {
    const { flights, lead } = opened()
    lead.land({ n: 1 })
    flights.lead('k')
    lead.land(undefined)
    expect(flights.find('k')).toBeDefined()
  })

  test('is only for those who want the same', () => {
    expect(opened().flights.find('other')).toBeUndefined()
  })
})
