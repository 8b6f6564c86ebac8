import type { JsonObject } from '../../src/std/json.ts'
import {
  EIGHT_KB,
  type Expected,
  type GuardKey,
  type GuardRow,
  ran,
  refused,
  reload,
  STRANGE,
  send,
} from './script.ts'

const NOTHING_IS_KEPT = 'what is asked for is looked at alone; nothing is kept'

const APP = 'https://app.example.com'
const FORBIDDEN = refused(403, 'FORBIDDEN')
const SHARED_WITH_APP = ran({ 'access-control-allow-origin': APP })

function from(origin: string) {
  return { headers: { origin } }
}

function originRow(name: string, key: GuardKey, config: JsonObject): GuardRow {
  const refusedOrigins = (origins: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(origins).map(([what, origin]) => [
        what,
        [send(from(origin), FORBIDDEN), send(from(APP), SHARED_WITH_APP)],
      ]),
    )
  return {
    name,
    key,
    config,
    passes: {
      'a page that is listed': [send(from(APP), SHARED_WITH_APP)],
      'who is no page': [send({}, ran())],
    },
    refuses: {
      'another page': [send(from('https://evil.example'), FORBIDDEN)],
      'before the body is parsed': [send({ ...from('https://evil.example'), body: '{' }, FORBIDDEN)],
    },
    'broken key': refusedOrigins({
      'the word null': 'null',
      'a scheme alone': 'https://',
      'a star': '*',
      'the page with a path': `${APP}/`,
      'the page with a port': `${APP}:444`,
      'a longer name': `${APP}.evil.example`,
      'two pages': `${APP}, ${APP}`,
      'strange bytes': STRANGE,
      '8 KB': `${APP}${EIGHT_KB}`,
    }),
    'store down': NOTHING_IS_KEPT,
    'after a reload': {
      'it knows the same pages': [
        reload,
        send(from('https://evil.example'), FORBIDDEN),
        send(from(APP), SHARED_WITH_APP),
      ],
    },
  }
}

export const cors = originRow('cors', 'cors', { cors: { allowed_origins: [APP] } })
export const originList = originRow('origin_allow_list', 'origin_allow_list', { origin_allow_list: [APP] })

const MISFIT = refused(400, 'VALIDATION_ERROR')
const ORDER = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string', maxLength: 9000 } },
  additionalProperties: false,
}

export const requestSchema: GuardRow = {
  name: 'request_schema',
  key: 'request_schema',
  config: { request_schema: ORDER },
  passes: { 'what fits': [send({ data: { sku: 'a' } }, ran())] },
  refuses: {
    'what does not fit': [
      send({ data: {} }, MISFIT),
      send({ data: { sku: 1 } }, MISFIT),
      send({ data: { sku: 'a', more: 1 } }, MISFIT),
    ],
  },
  'broken key': {
    'null for an object': [send({ data: null }, MISFIT)],
    'a list for an object': [send({ data: [] }, MISFIT)],
    'no data': [send({ body: '{}' }, MISFIT)],
    'a name of every object': [send({ body: '{"data":{"sku":"a","__proto__":{"sku":"a"}}}' }, MISFIT)],
    'names that are inherited': [send({ body: '{"data":{"__proto__":{"sku":"a"}}}' }, MISFIT)],
    'a name of 8 KB': [send({ data: { sku: 'a', [EIGHT_KB]: 1 } }, MISFIT)],
    'a text of 8 KB, strange bytes': [
      send({ data: { sku: EIGHT_KB } }, ran()),
      send({ data: { sku: STRANGE } }, ran()),
    ],
  },
  'store down': NOTHING_IS_KEPT,
  'after a reload': {
    'it wants the same': [reload, send({ data: {} }, MISFIT), send({ data: { sku: 'a' } }, ran())],
  },
}

const INVALID = refused(400, 'BAD_REQUEST')

function validating(validation_logic: JsonObject, data: JsonObject, expected: Expected) {
  return { config: { validation_logic }, steps: [send({ data }, expected)] }
}

export const validationLogic: GuardRow = {
  name: 'validation_logic',
  key: 'validation_logic',
  config: { validation_logic: { '>': [{ var: 'data.n' }, 10] } },
  passes: { 'what fulfils it': [send({ data: { n: 11 } }, ran())] },
  refuses: { 'what does not': [send({ data: { n: 10 } }, INVALID)] },
  'broken key': {
    'logic that throws': validating({ throw: 'never' }, {}, INVALID),
    'logic that fails': validating({ '+': [{ var: 'data.n' }, 1] }, { n: 'x' }, INVALID),
    'logic that is null': validating({ var: 'data.absent' }, {}, INVALID),
    'a value of another type': [
      send({ data: { n: {} } }, INVALID),
      send({ data: {} }, INVALID),
      send({ data: null }, INVALID),
    ],
    'a text of 8 KB': validating({ '===': [{ var: 'data.k' }, EIGHT_KB] }, { k: EIGHT_KB }, ran()),
    'a header of strange bytes': {
      config: { validation_logic: { '===': [{ var: 'headers.x-tenant' }, STRANGE] } },
      steps: [
        send({ headers: { 'x-tenant': STRANGE } }, ran()),
        send({ headers: { 'x-tenant': `${STRANGE}x` } }, INVALID),
        send({}, INVALID),
      ],
    },
  },
  'store down': NOTHING_IS_KEPT,
  'after a reload': {
    'it wants the same': [reload, send({ data: { n: 10 } }, INVALID), send({ data: { n: 11 } }, ran())],
  },
}
