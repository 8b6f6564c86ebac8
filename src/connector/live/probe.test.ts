import { describe, expect, test } from 'bun:test'
import { ConnectorError, unavailable } from '../failure.ts'
import { connector, openFarSide } from './test-far-side.ts'

const written = (config = {}) => connector(['c', config])

describe('a probe', () => {
  test('tells what it found, on a client of its own that is closed again', async () => {
    const far = openFarSide({ probe: async () => 'Redis 7.0.15' })
    expect(await far.runtime.probe(written())).toEqual({
      reachable: true,
      supported: true,
      stage: null,
      message: 'Redis 7.0.15',
      duration_ms: 0,
    })
    expect(far.closed).toEqual(far.opened)
    expect(far.opened).toHaveLength(1)
  })

  test('tells where it failed and why, and no breaker hears of it', async () => {
    const far = openFarSide({
      failureThreshold: 1,
      probe: () => Promise.reject(unavailable('c', 'the connection was refused', { stage: 'dial' })),
    })
    expect(await far.runtime.probe(written())).toMatchObject({
      reachable: false,
      supported: true,
      stage: 'dial',
      message: 'the connection was refused',
    })
    expect(far.breakers.size).toBe(0)
    expect(far.closed).toHaveLength(1)
  })

  test('ends at its limit with what the client says then', async () => {
    const stopped = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        const leave = () => reject(unavailable('c', 'TLS was not agreed on', { stage: 'tls' }))
        signal.addEventListener('abort', leave)
      })
    expect(await openFarSide({ probe: stopped }).runtime.probe(written())).toMatchObject({
      reachable: false,
      stage: 'tls',
      message: 'no answer within 0.02 s: TLS was not agreed on',
    })
  })

  test('ends at its limit when the client does not mind', async () => {
    const far = openFarSide({ probe: () => new Promise<never>(() => undefined) })
    expect(await far.runtime.probe(written())).toMatchObject({
      reachable: false,
      stage: null,
      message: 'no answer within 0.02 s',
    })
    expect(far.closed).toHaveLength(1)
  })

  test('of what cannot be opened, is not known, or has no secret says so', async () => {
    const failing = () => {
      throw new ConnectorError('VALIDATION_ERROR', 'no', { note: 'the URL has no host' })
    }
    const far = openFarSide({ failing })
    expect(await far.runtime.probe(written())).toMatchObject({
      reachable: false,
      supported: true,
      message: 'the URL has no host',
    })
    expect(await far.runtime.probe(written({ secret: 'missing' }))).toMatchObject({
      supported: true,
      message: 'no such secret',
    })
    expect(await far.runtime.probe({ ...written(), connector_type: 'kafka' })).toMatchObject({
      reachable: false,
      supported: false,
      message: 'this version does not connect to kafka connectors',
    })
  })

  test('shows no secret, whatever the far side says', async () => {
    const password = 'correct horse'
    const says = `login of ann:${password} at redis://ann:battery@cache failed (token staple9)`
    const far = openFarSide({ probe: () => Promise.reject(unavailable('c', says)) })
    const { message } = await far.runtime.probe(
      written({
        url: `redis://ann:${encodeURIComponent(password)}@cache`,
        auth: { type: 'bearer', token: 'staple9' },
      }),
    )
    expect(message).toBe('login of ann:****** at redis://******:******@cache failed (token ******)')
  })

  test('shows nothing that a reference stands for', async () => {
    const far = openFarSide({ probe: async () => 'signed in as looked-up' })
    const { message } = await far.runtime.probe(written({ from: 'env://FROM' }))
    expect(message).toBe('signed in as ******')
  })

  test('that fails for a defect of ours is one', async () => {
    const far = openFarSide({ probe: () => Promise.reject(new TypeError('undefined')) })
    await expect(far.runtime.probe(written())).rejects.toThrow(TypeError)
  })
})
