import { describe, expect, test } from 'bun:test'
import { type Permit, Permits } from './permits.ts'

const nobodyLeaves = () => undefined

function permits(maxConcurrent: number, queueDepth = 0, queueTimeoutMs = 60_000) {
  const open = new Permits({ maxConcurrent, queueDepth, queueTimeoutMs })
  return (gone: () => AbortSignal | undefined = nobodyLeaves) => open.take(gone)
}

function atOnce(taken: ReturnType<Permits['take']>): Permit {
  if (taken === undefined || taken instanceof Promise) throw new Error('no permit at once')
  return taken
}

test('so many are out at a time, one more is refused until one is given back', () => {
  const take = permits(2)
  const first = atOnce(take())
  atOnce(take())
  expect(take()).toBeUndefined()
  first.release()
  atOnce(take())
  expect(take()).toBeUndefined()
})

test('giving one back twice frees one place', () => {
  const take = permits(1)
  const first = atOnce(take())
  first.release()
  first.release()
  atOnce(take())
  expect(take()).toBeUndefined()
})

test('none at all refuses everybody, whoever would wait', () => {
  expect(permits(0, 10)()).toBeUndefined()
})

describe('who waits', () => {
  test('gets the next permit, first come first served; one more than may wait is refused', async () => {
    const take = permits(1, 2)
    const out = atOnce(take())
    const order: string[] = []
    const a = Promise.resolve(take()).then(permit => {
      order.push('a')
      return permit
    })
    const b = Promise.resolve(take()).then(permit => {
      order.push('b')
      return permit
    })
    expect(take()).toBeUndefined()
    out.release()
    ;(await a)?.release()
    ;(await b)?.release()
    expect(order).toEqual(['a', 'b'])
    atOnce(take())
  })

  test('is refused when the time for waiting is over, and takes no place any more', async () => {
    const take = permits(1, 1, 1)
    const out = atOnce(take())
    expect(await take()).toBeUndefined()
    out.release()
    atOnce(take())
  })

  test('and leaves makes room for another one', async () => {
    const take = permits(1, 1)
    const out = atOnce(take())
    const leaving = new AbortController()
    const left = take(() => leaving.signal)
    leaving.abort()
    expect(await left).toBeUndefined()
    const next = take()
    out.release()
    expect(await next).toBeDefined()
  })

  test('who has left already is not kept waiting', async () => {
    const take = permits(1, 1)
    atOnce(take())
    expect(await take(() => AbortSignal.abort())).toBeUndefined()
  })
})
