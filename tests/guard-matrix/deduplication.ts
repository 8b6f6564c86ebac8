import type { JsonObject } from '../../src/std/json.ts'
import {
  type Cell,
  degraded,
  EIGHT_KB,
  type Expected,
  type GuardRow,
  given,
  hold,
  letGo,
  passes,
  ran,
  refused,
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

const RUNNING = refused(409, 'CONFLICT', { 'retry-after': '1' }, 'duplicate')
const SEEN = refused(409, 'CONFLICT', {}, 'duplicate')
const AGAIN = given({ 'idempotent-replayed': 'true' }, 'duplicate')
const REUSED = refused(422, 'IDEMPOTENCY_KEY_REUSED', {}, 'duplicate')
/** Its run is over, but nobody could be told so for good. */
const RAN_IN_VAIN: Expected = { ...storeDown, run: 'completed' }

const a: Work = { key: 'a' }
const b: Work = { key: 'b' }
const c: Work = { key: 'c' }
const held: Work = { key: 'h', data: { hold: true } }

function row(on_duplicate: 'reject' | 'replay', duplicate: Expected, reused: Expected): GuardRow {
  const config = (rest: JsonObject = {}): JsonObject => ({
    deduplication: { header: 'Idempotency-Key', window_secs: 60, on_duplicate, ...rest },
  })
  const once = (work: Work): Step[] => [send(work, ran()), send(work, duplicate)]
  return {
    name: `deduplication (${on_duplicate})`,
    key: 'deduplication',
    config: config(),
    passes: {
      'another key, and none': [send(a, ran()), send(b, ran()), send({}, ran()), send({}, ran())],
      'a key whose window is over': [...once(a), passes(59), send(a, duplicate), passes(1), send(a, ran())],
    },
    refuses: {
      'a key that is answered': [...once(a), send(a, duplicate)],
      'a key of another request': [send(a, ran()), send({ ...a, data: { n: 1 } }, reused)],
      'a key that runs': [hold(held), send(held, RUNNING), letGo(ran()), send(held, duplicate)],
    },
    'broken key': {
      blank: ['', ' ', ' \t '].flatMap(key => [send({ key }, ran()), send({ key }, ran())]),
      'of 8 KB': [...once({ key: EIGHT_KB }), send({ key: `${EIGHT_KB}x` }, ran())],
      'of strange bytes': [...once({ key: STRANGE }), send({ key: `${STRANGE}x` }, ran())],
      'in another case': [...once(a), send({ key: 'A' }, ran())],
      'that is a name of every object': [...once({ key: '__proto__' }), ...once({ key: 'constructor' })],
    },
    'store down': whenStoreFails(config, once, duplicate),
    'after a reload': {
      'an answered key is still known': [...once(a), reload, send(a, duplicate), send(b, ran())],
      'a key that runs since before, too': [
        hold(held),
        reload,
        send(held, RUNNING),
        letGo(ran()),
        reload,
        send(held, duplicate),
      ],
    },
  }
}

/** Behind the store is `a`. */
function whenStoreFails(
  config: (rest: JsonObject) => JsonObject,
  once: (work: Work) => Step[],
  duplicate: Expected,
): Record<string, Cell> {
  const down = (on_store_error: string, ...steps: Step[]): Cell => ({
    config: config({ on_store_error }),
    steps: [send(a, ran()), ...steps],
  })
  // Nobody can tell that `a` was answered; from here on it is in memory.
  const goOn = [storeFails, ...once(a), ...once(b), send(c, ran()), degraded]
  const back = [
    storeIsBack,
    ...once({ key: 'd' }),
    send(a, duplicate),
    send(b, duplicate),
    send({ key: 'e' }, ran()),
    well,
  ]
  return {
    local: down('local', ...goOn, ...back),
    allow: down('allow', ...goOn, ...back),
    deny: down(
      'deny',
      storeFails,
      send(a, storeDown),
      send(b, storeDown),
      send({}, ran()),
      send(b, storeDown),
      degraded,
      storeIsBack,
      send(a, duplicate),
      ...once(b),
      well,
    ),
    'deny, while it runs': down(
      'deny',
      hold(held),
      storeFails,
      letGo(RAN_IN_VAIN),
      send(held, duplicate),
      send(b, storeDown),
      degraded,
      storeIsBack,
      passes(1),
      send(b, storeDown),
      ...once(b),
      send(held, duplicate),
      well,
    ),
  }
}

export const rejecting = row('reject', SEEN, SEEN)
export const replaying = row('replay', AGAIN, REUSED)
