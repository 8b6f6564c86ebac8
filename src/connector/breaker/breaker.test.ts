import { describe, expect, test } from 'bun:test'
import { Breaker, type Passage, type Refused } from './breaker.ts'
import { Breakers } from './breakers.ts'

function at() {
  let ms = 0
  return {
    now: () => ms,
    monotonic: () => ms,
    pass: (more: number) => {
      ms += more
    },
  }
}

function passed(admitted: Passage | Refused | undefined): Passage {
  if (admitted === undefined || 'waitMs' in admitted) throw new Error('refused')
  return admitted
}

const SETTINGS = { failureThreshold: 3, recoveryMs: 1000 }

function failing(times: number, clock = at()) {
  const breaker = new Breaker(SETTINGS)
  for (let n = 0; n < times; n++) passed(breaker.admit(clock)).failed('connection refused')
  return { breaker, clock }
}

describe('a breaker', () => {
  test('opens after so many failures in a row, and says why', () => {
    expect(failing(2).breaker.state(0)).toBe('closed')
    const { breaker, clock } = failing(3)
    expect(breaker.state(0)).toBe('open')
    expect(breaker.reason).toBe('connection refused')
    clock.pass(400)
    expect(breaker.admit(clock)).toEqual({ waitMs: 600 })
  })

  test('counts failures in a row only', () => {
    const { breaker, clock } = failing(2)
    passed(breaker.admit(clock)).succeeded()
    passed(breaker.admit(clock)).failed('again')
    passed(breaker.admit(clock)).failed('again')
    expect(breaker.state(0)).toBe('closed')
  })

  test('lets exactly one probe through after its time', () => {
    const { breaker, clock } = failing(3)
    clock.pass(1000)
    expect(breaker.state(1000)).toBe('half_open')
    const probe = passed(breaker.admit(clock))
    expect(breaker.admit(clock)).toHaveProperty('waitMs')
    probe.succeeded()
    expect(breaker.state(1000)).toBe('closed')
    passed(breaker.admit(clock))
  })

  test('opens anew, from then on, when its probe fails', () => {
    const { breaker, clock } = failing(3)
    clock.pass(1000)
    const probe = passed(breaker.admit(clock))
    clock.pass(200)
    probe.failed('still down')
    expect(breaker.admit(clock)).toEqual({ waitMs: 1000 })
    expect(breaker.reason).toBe('still down')
  })

  test('gives the place of a probe that came to nothing to the next call', () => {
    const { breaker, clock } = failing(3)
    clock.pass(1000)
    passed(breaker.admit(clock)).abandoned()
    passed(breaker.admit(clock)).succeeded()
    expect(breaker.state(1000)).toBe('closed')
  })

  test('is neither closed nor kept open by calls that began before it opened', () => {
    const clock = at()
    const breaker = new Breaker(SETTINGS)
    const early = [passed(breaker.admit(clock)), passed(breaker.admit(clock))]
    for (let n = 0; n < 3; n++) passed(breaker.admit(clock)).failed('down')
    early[0]?.succeeded()
    expect(breaker.state(0)).toBe('open')
    clock.pass(500)
    early[1]?.failed('down')
    expect(breaker.admit(clock)).toEqual({ waitMs: 500 })
  })

  test('is neither opened nor kept from closing by what began before it closed again', () => {
    const clock = at()
    const breaker = new Breaker({ failureThreshold: 2, recoveryMs: 1000 })
    const early = passed(breaker.admit(clock))
    for (let n = 0; n < 2; n++) passed(breaker.admit(clock)).failed('down')
    clock.pass(1000)
    passed(breaker.admit(clock)).succeeded()
    passed(breaker.admit(clock)).failed('down')
    expect(early.failed('down')).toBe(false)
    expect(breaker.state(1000)).toBe('closed')
  })

  test('that was reset is not opened by the probe of before', () => {
    const { breaker, clock } = failing(3)
    clock.pass(1000)
    const probe = passed(breaker.admit(clock))
    breaker.reset()
    expect(probe.failed('still down')).toBe(false)
    expect(breaker.state(1000)).toBe('closed')
  })

  test('says when it opens', () => {
    const clock = at()
    const breaker = new Breaker({ failureThreshold: 2, recoveryMs: 1000 })
    expect([1, 2].map(() => passed(breaker.admit(clock)).failed('down'))).toEqual([false, true])
    clock.pass(1000)
    expect(passed(breaker.admit(clock)).failed('down')).toBe(true)
  })

  test('hears of each call once', () => {
    const clock = at()
    const breaker = new Breaker({ failureThreshold: 2, recoveryMs: 1000 })
    const call = passed(breaker.admit(clock))
    call.failed('down')
    call.failed('down')
    expect(breaker.state(0)).toBe('closed')
  })

  test('is closed by a reset', () => {
    const { breaker, clock } = failing(3)
    breaker.reset()
    expect(breaker.state(0)).toBe('closed')
    expect(breaker.reason).toBeUndefined()
    passed(breaker.admit(clock))
  })
})

describe('breakers', () => {
  function open(maxBreakers = 10, enabled = true) {
    const clock = at()
    return {
      clock,
      breakers: new Breakers({ ...SETTINGS, failureThreshold: 1, enabled, maxBreakers }, clock),
    }
  }

  test('are one for each channel and connector, listed with their reasons', () => {
    const { breakers, clock } = open()
    passed(breakers.of('orders', 'crm')?.admit(clock)).failed('timed out')
    breakers.of('orders', 'shop')
    expect(breakers.report()).toEqual({
      breakers: { 'orders:crm': 'open', 'orders:shop': 'closed' },
      reasons: { 'orders:crm': 'timed out' },
    })
  })

  test('are none where they are switched off', () => {
    expect(open(10, false).breakers.of('a', 'b')).toBeUndefined()
    expect(open(0).breakers.of('a', 'b')).toBeUndefined()
  })

  test('make room by forgetting closed ones before open ones, the oldest first', () => {
    const { breakers, clock } = open(3)
    passed(breakers.of('a', 'x')?.admit(clock)).failed('down')
    breakers.of('b', 'x')
    breakers.of('c', 'x')
    breakers.of('b', 'x')
    breakers.of('d', 'x')
    expect(Object.keys(breakers.report().breakers)).toEqual(['a:x', 'b:x', 'd:x'])
  })

  test('go with their channel and with their connector', () => {
    const { breakers } = open()
    breakers.of('a', 'x')
    breakers.of('a', 'y')
    breakers.of('b', 'y')
    breakers.retain(new Set(['a']), new Set(['y']))
    expect(breakers.report().breakers).toEqual({ 'a:y': 'closed' })
  })

  test('are reset by their key', () => {
    const { breakers, clock } = open()
    passed(breakers.of('a', 'x')?.admit(clock)).failed('down')
    expect(breakers.reset('a:x')).toBe(true)
    expect(breakers.reset('a:z')).toBe(false)
    expect(breakers.report().breakers).toEqual({ 'a:x': 'closed' })
  })
})
