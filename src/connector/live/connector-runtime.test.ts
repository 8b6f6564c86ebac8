import { describe, expect, test } from 'bun:test'
import { unavailable } from '../failure.ts'
import type { Clients } from '../kinds/index.ts'
import type { OpenConnectors } from './connector-runtime.ts'
import { call, openFarSide } from './test-far-side.ts'

type Client = Clients['cache']

const itself = async (client: Client) => client

/** A call that is under way until it is ended. */
function begin(live: OpenConnectors, name: string) {
  const end = Promise.withResolvers<void>()
  const client = Promise.withResolvers<Client>()
  const over = call(live, name, async used => {
    client.resolve(used)
    await end.promise
  })
  return {
    client: client.promise,
    async end() {
      end.resolve()
      await over
    },
  }
}

describe('a client', () => {
  test('is opened by the first call and shared by all of them', async () => {
    const far = openFarSide()
    const live = far.live({ c: {} })
    expect(far.opened).toHaveLength(0)
    expect(await call(live, 'c', itself)).toBe(await call(live, 'c', itself))
    expect(far.opened).toHaveLength(1)
  })

  test('outlives reloads that leave its connector as it is', async () => {
    const far = openFarSide()
    const before = await call(far.live({ c: {} }), 'c', itself)
    expect(await call(far.live({ c: {}, d: {} }), 'c', itself)).toBe(before)
    expect(far.closed).toEqual([])
  })

  test('that could not be opened is opened anew by the next call', async () => {
    let isBroken = true
    const failing = () => {
      if (isBroken) throw unavailable('c', 'no such driver')
    }
    const far = openFarSide({ failing })
    const live = far.live({ c: {} })
    await expect(call(live, 'c', itself)).rejects.toMatchObject({ note: 'no such driver' })
    isBroken = false
    await call(live, 'c', itself)
    expect(far.runtime.openClients).toBe(1)
  })
})

test('a client is given back by calls that fail, in whatever way', async () => {
  const far = openFarSide()
  const live = far.live({ c: { retry: { max_retries: 0 } } })
  const defect = () => {
    throw new TypeError('a defect')
  }
  await expect(call(live, 'c', defect)).rejects.toThrow('a defect')
  await expect(call(live, 'c', () => Promise.reject(unavailable('c', 'down')))).rejects.toThrow()
  far.live({})
  expect(far.closed).toEqual(far.opened)
})

describe('a changed connector', () => {
  test('gets a client of its own; the old one ends with the calls that it has', async () => {
    const far = openFarSide()
    const old = begin(far.live({ c: { max_concurrent: 1 } }), 'c')
    const former = await old.client
    const live = far.live({ c: { max_concurrent: 2 } })
    const next = await call(live, 'c', itself)
    expect(next).not.toBe(former)
    expect(far.closed).toEqual([])
    await old.end()
    expect(far.closed).toEqual([former])
    expect(await call(live, 'c', itself)).toBe(next)
  })

  test('serves a run that began before on the old client, again and again', async () => {
    const far = openFarSide()
    const before = far.live({ c: { max_concurrent: 1 } })
    far.live({ c: { max_concurrent: 2 } })
    await call(before, 'c', itself)
    await call(before, 'c', itself)
    expect(far.runtime.openClients).toBe(0)
    expect(far.closed).toEqual(far.opened)
  })

  test('that does not go live changes nothing', async () => {
    const far = openFarSide()
    const live = far.live({ c: {} })
    const client = await call(live, 'c', itself)
    far.runtime.open([])
    expect(far.closed).toEqual([])
    expect(await call(live, 'c', itself)).toBe(client)
  })
})

test('a connector that is deleted while a call uses it goes when the call ends', async () => {
  const far = openFarSide()
  const using = begin(far.live({ c: {} }), 'c')
  const client = await using.client
  const live = far.live({})
  expect(far.closed).toEqual([])
  await using.end()
  expect(far.closed).toEqual([client])
  expect(far.breakers.size).toBe(0)
  await expect(call(live, 'c', itself)).rejects.toThrow("Connector 'c' not found")
})

describe('a client that nobody uses', () => {
  test('is closed after five minutes and opened again by the next call', async () => {
    const far = openFarSide()
    const live = far.live({ c: {} })
    const first = await call(live, 'c', itself)
    far.pass(299)
    await far.runtime.tick()
    expect(far.closed).toEqual([])
    far.pass(1)
    await far.runtime.tick()
    expect(far.closed).toEqual([first])
    expect(await call(live, 'c', itself)).not.toBe(first)
  })

  test('stays when it holds what would be lost', async () => {
    const far = openFarSide({ isStore: true, maxOpenClients: 0 })
    const live = far.live({ c: {} })
    await call(live, 'c', itself)
    far.pass(3600)
    await far.runtime.tick()
    expect(far.closed).toEqual([])
    far.live({})
    expect(far.closed).toHaveLength(1)
  })

  test('makes room for another one, the one used longest ago first', async () => {
    const far = openFarSide({ maxOpenClients: 2 })
    const live = far.live({ a: {}, b: {}, c: {} })
    await call(live, 'a', itself)
    far.pass(1)
    const second = await call(live, 'b', itself)
    far.pass(1)
    const first = await call(live, 'a', itself)
    await call(live, 'c', itself)
    expect(far.closed).toEqual([second])
    expect(await call(live, 'a', itself)).toBe(first)
  })

  test('is one of so many only; those in use are let be', async () => {
    const far = openFarSide({ maxOpenClients: 1 })
    const live = far.live({ a: {}, b: {}, c: {} })
    const using = ['a', 'b', 'c'].map(name => begin(live, name))
    await Promise.all(using.map(({ client }) => client))
    far.pass(600)
    await far.runtime.tick()
    expect(far.closed).toEqual([])
    for (const each of using) await each.end()
    await far.runtime.tick()
    expect(far.runtime.openClients).toBe(1)
  })
})

describe('the end', () => {
  test('closes what is in use as well, and waits until it is', async () => {
    const closing = Promise.withResolvers<void>()
    const far = openFarSide({ closing: () => closing.promise })
    void begin(far.live({ c: {} }), 'c')
    let isOver = false
    const ended = far.runtime[Symbol.asyncDispose]().then(() => {
      isOver = true
    })
    expect(far.closed).toHaveLength(1)
    expect(isOver).toBe(false)
    closing.resolve()
    await ended
  })

  test('does not fail with a client that cannot close', async () => {
    const far = openFarSide({ closing: () => Promise.reject(new Error('broken pipe')) })
    await call(far.live({ c: {} }), 'c', itself)
    await far.runtime[Symbol.asyncDispose]()
    expect(far.runtime.openClients).toBe(0)
  })
})
