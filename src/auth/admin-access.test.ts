import { describe, expect, test } from 'bun:test'
import { type AdminAccessOptions, adminAccess } from './admin-access.ts'
import { BackOff } from './back-off.ts'

const keyed: AdminAccessOptions = {
  keys: ['key-one-111', 'key-two-222'],
  header: 'Authorization',
  allowOpen: false,
}
const keyless: AdminAccessOptions = { ...keyed, keys: [] }

function open(options: AdminAccessOptions) {
  const slept: number[] = []
  const wrong: number[] = []
  const access = adminAccess(
    options,
    new BackOff(
      () => 0,
      async ms => {
        slept.push(ms)
      },
    ),
  )
  const ask = async (peer: string | undefined, headers: Record<string, string> = {}) =>
    access(new Request('http://orion.test/', { headers }), peer, () => wrong.push(slept.length))
  return { ask, slept, wrong }
}

describe('with keys', () => {
  test('each of them opens from anywhere, without delay', async () => {
    const { ask, slept } = open(keyed)
    expect(await ask('10.1.1.1', { authorization: 'Bearer key-one-111' })).toEqual({ name: 'key-one-...' })
    expect(await ask('10.1.1.1', { authorization: 'Bearer key-two-222' })).toEqual({ name: 'key-two-...' })
    expect(slept).toEqual([])
  })

  test('loopback without a key is refused', async () => {
    const { ask, slept, wrong } = open(keyed)
    await expect(ask('127.0.0.1')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect([slept, wrong]).toEqual([[], []])
  })

  test('a wrong one is told at once and slowed down more each time; the right one is not', async () => {
    const { ask, slept, wrong } = open(keyed)
    for (let i = 0; i < 3; i++) {
      await expect(ask('10.1.1.1', { authorization: 'Bearer no' })).rejects.toThrow('Invalid API key')
    }
    expect(slept).toEqual([50, 100, 200])
    expect(wrong).toEqual([0, 1, 2])
    await ask('10.1.1.1', { authorization: 'Bearer key-one-111' })
    expect(slept).toHaveLength(3)
    await expect(ask('10.1.1.1', { authorization: 'Bearer no' })).rejects.toThrow()
    expect(slept.at(-1)).toBe(50)
  })

  test('allow_open does not open', async () => {
    await expect(open({ ...keyed, allowOpen: true }).ask('127.0.0.1')).rejects.toThrow(
      'Missing Authorization header',
    )
  })
})

describe('without a key', () => {
  test.each(['127.0.0.1', '::1', undefined])('%p is answered as anonymous', async peer => {
    expect(await open(keyless).ask(peer)).toEqual({ name: 'anonymous' })
  })

  test('another machine is refused, and told how to set a key', async () => {
    await expect(open(keyless).ask('192.168.0.7')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /admin_auth\.api_keys.*ORION_ADMIN_AUTH__API_KEYS.*admin_auth\.allow_open/,
      ),
    })
  })

  test('a proxy on this machine is refused', async () => {
    await expect(open(keyless).ask('127.0.0.1', { 'x-forwarded-for': '10.0.0.1' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('allow_open answers everybody', async () => {
    expect(await open({ ...keyless, allowOpen: true }).ask('192.168.0.7', { forwarded: 'for=1' })).toEqual({
      name: 'anonymous',
    })
  })
})
