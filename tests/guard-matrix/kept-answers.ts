import type { JsonObject } from '../../src/std/json.ts'
import {
  type Cell,
  degraded,
  EIGHT_KB,
  type GuardRow,
  given,
  hold,
  letGo,
  passes,
  ran,
  reload,
  STRANGE,
  type Step,
  send,
  storeDown,
  storeFails,
  storeIsBack,
  type Work,
  well,
} from './script.ts'

const MISS = ran({ 'x-orion-cache': 'miss' })
const BYPASS = ran({ 'x-orion-cache': 'bypass' })
const HIT = hitAfter(0)

function hitAfter(seconds: number) {
  return given({ 'x-orion-cache': 'hit', age: `${seconds}` })
}

function cached(rest: JsonObject = {}): JsonObject {
  return { cache: { enabled: true, ttl_secs: 60, ...rest } }
}

const one: Work = { data: { sku: 'one' } }
const other: Work = { data: { sku: 'other' } }

function keyed(rest: JsonObject, ...steps: Step[]): Cell {
  return { config: cached(rest), steps }
}

/** While the store is down, behind which there is an answer to `one`. */
function whenStoreFails(on_store_error: string, ...steps: Step[]): Cell {
  const back = [storeIsBack, send(one, HIT), well, send(one, HIT), well]
  return keyed({ on_store_error }, send(one, MISS), send(one, HIT), storeFails, ...steps, degraded, ...back)
}

export const cache: GuardRow = {
  name: 'cache',
  key: 'cache',
  config: cached(),
  passes: {
    'what it has no answer to, or an old one': [
      send(one, MISS),
      send(other, MISS),
      passes(59),
      send(one, hitAfter(59)),
      passes(1),
      send(one, MISS),
    ],
    'nothing that it has an answer to': [send(one, MISS), send(one, HIT), send({ ...one, key: 'k' }, HIT)],
  },
  refuses: 'it refuses nobody: it answers in place of a run, which "passes" shows',
  'broken key': {
    'null or failing': keyed(
      { key_logic: { if: [{ var: 'data.bad' }, { '+': ['not a number', 1] }, { var: 'data.sku' }] } },
      send({ data: { bad: true } }, BYPASS),
      send({ data: { bad: true } }, BYPASS),
      send({ data: {} }, BYPASS),
      send({ data: {} }, BYPASS),
      send(one, MISS),
      send(one, HIT),
    ),
    'fields that are absent': keyed(
      { cache_key_fields: ['sku'] },
      send({ data: { n: 1 } }, BYPASS),
      send({ data: null }, BYPASS),
      send({ data: { sku: null } }, MISS),
      send({ data: { sku: null } }, HIT),
    ),
    'of 8 KB': [
      send({ data: EIGHT_KB }, MISS),
      send({ data: EIGHT_KB }, HIT),
      send({ data: `${EIGHT_KB}x` }, MISS),
    ],
    'that is too long': [
      send({ data: EIGHT_KB.repeat(40) }, BYPASS),
      send({ data: EIGHT_KB.repeat(40) }, BYPASS),
    ],
    'that looks like another': [
      send({ body: '{"data":{"__proto__":1}}' }, MISS),
      send({ data: {} }, MISS),
      send({ data: null }, MISS),
      send({ data: [] }, MISS),
      send({ data: '{}' }, MISS),
      send({ body: '{"data":{"__proto__":1}}' }, HIT),
    ],
    'of strange bytes in a header': keyed(
      { vary: ['X-Tenant'] },
      send({ headers: { 'x-tenant': STRANGE } }, MISS),
      send({ headers: { 'x-tenant': STRANGE } }, HIT),
      send({ headers: { 'x-tenant': `${STRANGE}x` } }, MISS),
      send({}, MISS),
    ),
  },
  'store down': {
    local: whenStoreFails('local', send(one, MISS), send(one, HIT), send(other, MISS)),
    deny: whenStoreFails('deny', send(one, storeDown), send(other, storeDown)),
    allow: whenStoreFails('allow', send(one, BYPASS), send(one, BYPASS)),
    'deny, while it runs': {
      config: cached({ on_store_error: 'deny' }),
      steps: [
        hold(other),
        storeFails,
        letGo(MISS),
        degraded,
        storeIsBack,
        send(one, MISS),
        send(one, HIT),
        well,
      ],
    },
  },
  'after a reload': {
    'what was answered is answered again': [
      send(one, MISS),
      reload,
      send(one, HIT),
      send(other, MISS),
      reload,
      send(other, HIT),
    ],
  },
}
