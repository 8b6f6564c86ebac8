import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import type { HmacAuth } from './definition.ts'
import { hmacVerifier } from './hmac.ts'
import { presented, promptVerdict, withOneBitChanged } from './test-presented.ts'

interface Recorded {
  readonly about: string
  readonly auth: HmacAuth
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** When it was sent, seconds since the Unix epoch. */
  readonly atSecs: number
}

const NOW_SECS = 1_700_000_000

const GITHUB: Recorded = {
  about: 'GitHub',
  auth: { mode: 'hmac', secret: "It's a Secret to Everybody", scheme: 'github' },
  headers: {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  },
  body: 'Hello, World!',
  atSecs: NOW_SECS,
}

const SLACK: Recorded = {
  about: 'Slack',
  auth: { mode: 'hmac', secret: '8f742231b10e8888abcd99yyyzzz85a5', scheme: 'slack' },
  headers: {
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    'x-slack-request-timestamp': '1531420618',
  },
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  atSecs: 1_531_420_618,
}

/** Signed with `openssl dgst -sha256 -hmac`, as Stripe's documentation describes. */
const STRIPE: Recorded = {
  about: 'Stripe',
  auth: { mode: 'hmac', secret: 'whsec_test_secret', scheme: 'stripe' },
  headers: {
    'stripe-signature':
      't=1492774577,v1=654b43d3508ecadb3f8cefc4bc7d3d2bdc5ba9e03bf2c89b2d0657a8e24e4543,' +
      'v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
  },
  body: '{"id":"evt_1","object":"event"}',
  atSecs: 1_492_774_577,
}

function isVerified({ auth, headers, body, atSecs }: Recorded): boolean {
  const verdict = promptVerdict(
    hmacVerifier(auth),
    presented(headers),
    Buffer.from(body, 'latin1'),
    atSecs * 1000,
  )
  return verdict.kind === 'verified'
}

describe.each([GITHUB, SLACK, STRIPE].map(recorded => [recorded.about, recorded] as const))(
  'the recorded example of %s',
  (_, recorded) => {
    test('verifies, and says no more than its mode', () => {
      const { auth, headers, body, atSecs } = recorded
      const verdict = hmacVerifier(auth).verify(presented(headers), Buffer.from(body), atSecs * 1000)
      expect(verdict).toEqual({ kind: 'verified', identity: { mode: 'hmac' } })
    })

    test('does not with any bit of its body changed', () => {
      for (const body of withOneBitChanged(recorded.body)) {
        expect({ body, verified: isVerified({ ...recorded, body }) }).toEqual({ body, verified: false })
      }
      expect(isVerified({ ...recorded, body: `${recorded.body} ` })).toBe(false)
      expect(isVerified({ ...recorded, body: recorded.body.slice(1) })).toBe(false)
    })

    test('does not with any bit of its secret changed', () => {
      for (const secret of withOneBitChanged(recorded.auth.secret)) {
        expect(isVerified({ ...recorded, auth: { ...recorded.auth, secret } })).toBe(false)
      }
    })

    test('does not without any of its headers', () => {
      for (const name of Object.keys(recorded.headers)) {
        const { [name]: _, ...headers } = recorded.headers
        expect(isVerified({ ...recorded, headers })).toBe(false)
      }
    })
  },
)

describe('a recorded header with any bit changed does not verify', () => {
  test.each([
    ['x-hub-signature-256', GITHUB],
    ['x-slack-signature', SLACK],
    ['x-slack-request-timestamp', SLACK],
  ] as const)('%s', (name, recorded) => {
    for (const value of withOneBitChanged(recorded.headers[name] ?? '')) {
      const headers = { ...recorded.headers, [name]: value }
      expect({ value, verified: isVerified({ ...recorded, headers }) }).toEqual({ value, verified: false })
    }
  })

  test('of Stripe, but for what is not signed with this secret', () => {
    const signed = STRIPE.headers['stripe-signature']?.replace(/,v0=.*/, '') ?? ''
    expect(isVerified({ ...STRIPE, headers: { 'stripe-signature': signed } })).toBe(true)
    for (const value of withOneBitChanged(signed)) {
      const headers = { 'stripe-signature': value }
      expect({ value, verified: isVerified({ ...STRIPE, headers }) }).toEqual({ value, verified: false })
    }
  })
})

describe('the time window', () => {
  test.each([
    ['Slack', SLACK, undefined],
    ['Stripe', STRIPE, undefined],
    ['Slack, set to a minute', SLACK, 60],
    ['Stripe, set to a day', STRIPE, 86_400],
  ] as const)('of %s is closed on both sides', (_, recorded, tolerance_secs) => {
    const auth: HmacAuth = { ...recorded.auth, ...(tolerance_secs !== undefined && { tolerance_secs }) }
    const sent = (offset: number) => isVerified({ ...recorded, auth, atSecs: recorded.atSecs + offset })
    const width = tolerance_secs ?? 300
    expect([sent(width), sent(-width)]).toEqual([true, true])
    expect([sent(width + 0.001), sent(-width - 0.001)]).toEqual([false, false])
  })

  test.each([
    '',
    ' ',
    '1531420618.0',
    '-1',
    '+1531420618',
    '0x5b476d8a',
    '1531420618 ',
    '9'.repeat(13),
    'NaN',
  ])('has no room for %p', time => {
    const headers = { ...SLACK.headers, 'x-slack-request-timestamp': time }
    expect(isVerified({ ...SLACK, headers })).toBe(false)
  })

  test('is not asked of a scheme that tells no time', () => {
    expect(isVerified({ ...GITHUB, atSecs: 1 })).toBe(true)
  })
})

describe('the header of Stripe', () => {
  const good = '654b43d3508ecadb3f8cefc4bc7d3d2bdc5ba9e03bf2c89b2d0657a8e24e4543'
  const bad = '0'.repeat(64)
  const withHeader = (value: string) => isVerified({ ...STRIPE, headers: { 'stripe-signature': value } })

  test('may have several signatures while a secret is rolled, in any order', () => {
    expect(withHeader(`t=1492774577,v1=${bad},v1=${good}`)).toBe(true)
    expect(withHeader(`v1=${good},v1=${bad},t=1492774577`)).toBe(true)
    expect(withHeader(`t=1492774577,v1=${bad},v1=${bad}`)).toBe(false)
  })

  test.each([
    `v1=${good}`,
    't=1492774577',
    `t=1492774577,v0=${good}`,
    `t=1492774577,t=1492774578,v1=${good}`,
    `t=1492774577, v1=${good}`,
    `t=1492774577,v1=${`${bad},v1=`.repeat(16)}${good}`,
    `${'a=b,'.repeat(2000)}t=1492774577,v1=${good}`,
    '',
  ])('%p is refused', value => {
    expect(withHeader(value)).toBe(false)
  })
})

describe('a signature of the body alone', () => {
  const digest = createHmac('sha256', 'secret').update('{"data":{}}').digest()
  const sent = (value: string, auth: Partial<HmacAuth> = {}, name = 'x-signature') =>
    isVerified({
      about: '',
      auth: { mode: 'hmac', secret: 'secret', ...auth },
      headers: { [name]: value },
      body: '{"data":{}}',
      atSecs: NOW_SECS,
    })
  const hex = digest.toString('hex')

  test.each([
    hex,
    hex.toUpperCase(),
    digest.toString('base64'),
    digest.toString('base64').replace('=', ''),
    digest.toString('base64url'),
    `${digest.toString('base64url')}=`,
  ])('is taken as %p, and with no bit of that changed', value => {
    expect(sent(value)).toBe(true)
    for (const changed of withOneBitChanged(value)) {
      expect({ changed, verified: sent(changed) }).toEqual({ changed, verified: false })
    }
  })

  test.each([
    '',
    hex.slice(1),
    ` ${hex}`,
    `${hex}0`,
    `0x${hex}`,
    hex.slice(0, 32) + hex.slice(32).toUpperCase(),
    `sha256=${hex}`,
    `${digest.toString('base64')}=`,
    'é'.repeat(64),
    '\u0130'.repeat(32),
  ])('is not taken as %p', value => {
    expect(sent(value)).toBe(false)
  })

  test('has the prefix that was declared, exactly', () => {
    expect(sent(`v1,${hex}`, { signature_prefix: 'v1,' })).toBe(true)
    expect(sent(hex, { signature_prefix: 'v1,' })).toBe(false)
    expect(sent(`V1,${hex}`, { signature_prefix: 'v1,' })).toBe(false)
  })

  test('is looked for where it was declared; header and prefix of a scheme can be overridden', () => {
    expect(sent(hex, { header: 'X-My-Signature' }, 'x-my-signature')).toBe(true)
    expect(sent(hex, { header: 'X-My-Signature' })).toBe(false)
    expect(sent(hex, { scheme: 'github', header: 'X-Sig', signature_prefix: '' }, 'x-sig')).toBe(true)
    expect(hmacVerifier({ mode: 'hmac', secret: 's', header: 'X-Sig' }).credentialHeaders).toEqual(['x-sig'])
  })

  test('that is missing is challenged', () => {
    const verdict = hmacVerifier({ mode: 'hmac', secret: 's' }).verify(presented({}), Buffer.from(''), 0)
    expect(verdict).toEqual({ kind: 'refused', challenge: 'Signature' })
  })
})
