import { createHmac } from 'node:crypto'
import type { JsonObject } from '../../src/std/json.ts'
import {
  EIGHT_KB,
  type Expected,
  type GuardRow,
  ran,
  refused,
  reload,
  STRANGE,
  type Step,
  send,
} from './script.ts'
import { bearer, JWT, NOW_SECS, token } from './tokens.ts'

const NOTHING_IS_KEPT = 'who asks is told from the request alone; nothing is kept'

function unauthorized(challenge: string): Expected {
  return refused(401, 'UNAUTHORIZED', { 'www-authenticate': challenge }, 'channel_auth')
}

/** Each of these values in `header` is refused, and none of them keeps out who comes after. */
function malformed(
  header: string,
  values: Readonly<Record<string, string>>,
  expected: Expected,
  good: Record<string, string>,
): Record<string, Step[]> {
  return Object.fromEntries(
    Object.entries(values).map(([what, value]) => [
      what,
      [send({ headers: { [header]: value } }, expected), send({ headers: good }, ran())],
    ]),
  )
}

/** Values of `Authorization` with nothing to check in them. */
const NO_CREDENTIAL = {
  empty: '',
  'a scheme alone': 'Bearer',
  'a scheme and a space': 'Bearer ',
  'a scheme and a tab': 'Bearer\tzz-key',
  'another scheme': 'Basic enota2V5',
  'strange bytes': STRANGE,
  '8 KB': EIGHT_KB,
}

const KEY = { authorization: 'Bearer zz-key' }
const NO_KEY = unauthorized('Bearer')

export const apiKey: GuardRow = {
  name: 'auth (api_key)',
  key: 'auth',
  config: { auth: { mode: 'api_key', keys: ['zz-key'] } },
  passes: { 'a known key': [send({ headers: KEY }, ran())] },
  refuses: {
    'no key': [send({}, NO_KEY)],
    'another key': [send({ headers: { authorization: 'Bearer zz-kez' } }, NO_KEY)],
    'before the body is looked at': [send({ body: '{' }, NO_KEY)],
  },
  'broken key': {
    ...malformed('authorization', NO_CREDENTIAL, NO_KEY, KEY),
    ...malformed(
      'authorization',
      {
        'more than a key': 'Bearer zz-key zz-key',
        'a key of strange bytes': `Bearer ${STRANGE}`,
        'a key of 8 KB': `Bearer ${EIGHT_KB}`,
        'two headers in one': 'Bearer zz-key, Bearer zz-key',
      },
      NO_KEY,
      KEY,
    ),
  },
  'store down': NOTHING_IS_KEPT,
  'after a reload': {
    'it tells callers apart as before': [
      send({ headers: KEY }, ran()),
      reload,
      send({}, NO_KEY),
      send({ headers: KEY }, ran()),
    ],
  },
}

const SIGNED = '{"data":{"n":1}}'

function signature(text: string): Record<string, string> {
  return { 'x-signature': createHmac('sha256', 'zz-hook').update(text).digest('hex') }
}

const NO_SIGNATURE = unauthorized('Signature')
const signedWork = { body: SIGNED, headers: signature(SIGNED) }

export const hmac: GuardRow = {
  name: 'auth (hmac)',
  key: 'auth',
  config: { auth: { mode: 'hmac', secret: 'zz-hook' } },
  passes: { 'a body that is signed': [send(signedWork, ran())] },
  refuses: {
    'no signature': [send({ body: SIGNED }, NO_SIGNATURE)],
    'another body': [send({ ...signedWork, body: `${SIGNED} ` }, NO_SIGNATURE)],
    'before the body is parsed': [send({ body: '{' }, NO_SIGNATURE)],
  },
  'broken key': Object.fromEntries(
    Object.entries({
      empty: '',
      'half of one': signature(SIGNED)['x-signature']?.slice(0, 32) ?? '',
      'no digits': 'g'.repeat(64),
      'strange bytes': STRANGE,
      '8 KB': EIGHT_KB,
    }).map(([what, value]) => [
      what,
      [send({ body: SIGNED, headers: { 'x-signature': value } }, NO_SIGNATURE), send(signedWork, ran())],
    ]),
  ),
  'store down': NOTHING_IS_KEPT,
  'after a reload': {
    'it tells callers apart as before': [
      reload,
      send({ body: SIGNED }, NO_SIGNATURE),
      send(signedWork, ran()),
    ],
  },
}

const TEACHER = bearer({ role: 'teacher' })
const INVALID = unauthorized('Bearer error="invalid_token"')
const FORBIDDEN = refused(
  403,
  'FORBIDDEN',
  { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  'channel_auth',
)

function allowing(authorization_logic: JsonObject): JsonObject {
  return { auth: { ...JWT, authorization_logic } }
}

export const jwt: GuardRow = {
  name: 'auth (jwt)',
  key: 'auth',
  config: allowing({ '===': [{ var: 'claims.role' }, 'teacher'] }),
  passes: {
    'a token': [send({ headers: TEACHER }, ran())],
    'nobody, where no token is needed': {
      config: { auth: { ...JWT, required: false } },
      steps: [send({}, ran())],
    },
  },
  refuses: {
    'no token': [send({}, unauthorized('Bearer'))],
    'a token that is over': [
      send(
        { headers: bearer({ exp: NOW_SECS - 60 }) },
        unauthorized('Bearer error="invalid_token", error_description="token expired"'),
      ),
    ],
    'who may not': [
      send({ headers: bearer({ role: 'pupil' }) }, FORBIDDEN),
      send({ headers: bearer({}) }, FORBIDDEN),
    ],
    'before the body is looked at': [send({ body: '{' }, unauthorized('Bearer'))],
  },
  'broken key': {
    ...malformed('authorization', NO_CREDENTIAL, unauthorized('Bearer'), TEACHER),
    ...malformed(
      'authorization',
      {
        'no token at all': 'Bearer zz-key',
        'three empty parts': 'Bearer ..',
        'a signature that is missing': `${TEACHER.authorization?.replace(/[^.]*$/, '')}`,
        'no algorithm': `Bearer ${token({ role: 'teacher' }, { alg: 'none' })}`,
        'an algorithm that is not allowed': `Bearer ${token({ role: 'teacher' }, { alg: 'HS512' })}`,
        'a secret that is another': `Bearer ${token({ role: 'teacher' }, { alg: 'HS256' }, 'x')}`,
        'a token of strange bytes': `Bearer ${STRANGE}`,
        'a token of 8 KB': `Bearer ${EIGHT_KB}`,
        'two tokens': `${TEACHER.authorization}, ${TEACHER.authorization}`,
      },
      INVALID,
      TEACHER,
    ),
    'logic that fails': {
      config: allowing({ '+': [{ var: 'claims.role' }, 1] }),
      steps: [send({ headers: TEACHER }, FORBIDDEN)],
    },
    'logic that is null': {
      config: allowing({ var: 'claims.absent' }),
      steps: [send({ headers: TEACHER }, FORBIDDEN)],
    },
  },
  'store down': NOTHING_IS_KEPT,
  'after a reload': {
    'it tells callers apart as before': [
      reload,
      send({ headers: bearer({ role: 'pupil' }) }, FORBIDDEN),
      send({ headers: TEACHER }, ran()),
    ],
  },
}
