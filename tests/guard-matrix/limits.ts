import type { Json, JsonObject } from '../../src/std/json.ts'
import {
  type Cell,
  degraded,
  EIGHT_KB,
  type Expected,
  type GuardRow,
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
import { bearer, JWT } from './tokens.ts'

const TWO = { requests_per_second: 1, burst: 2 }

function shown(remaining: number): Record<string, string> {
  return {
    'ratelimit-limit': '2',
    'ratelimit-remaining': `${remaining}`,
    'ratelimit-reset': `${2 - remaining}`,
  }
}

const FIRST = ran(shown(1))
const SECOND = ran(shown(0))
const OVER = tooMany({ ...shown(0), 'retry-after': '1' })
/** Nobody's bucket was asked. */
const KEYLESS = tooMany({ 'retry-after': '1' })

function tooMany(headers: Record<string, string>): Expected {
  return refused(429, 'RATE_LIMITED', headers, 'rate_limited')
}

/** Uses up what a key has. */
function drained(work: Work): Step[] {
  return [send(work, FIRST), send(work, SECOND), send(work, OVER)]
}

/** Fails for what is `bad`. */
function failingKey(good: Json, bad: Json): JsonObject {
  return { if: [bad, { '+': ['not a number', 1] }, good] }
}

/** What both kinds of limits do; `one` and `other` have keys of their own, `none` has null for one, `bad` none that can be told. */
interface Callers {
  readonly one: Work
  readonly other: Work
  readonly none: Work
  readonly bad: Work
  limited(limit: JsonObject): JsonObject
}

function whenStoreFails({ one, other, limited }: Callers): Record<'local' | 'deny' | 'allow', Cell> {
  const down = (on_store_error: string, steps: readonly Step[]): Cell => ({
    config: limited({ on_store_error }),
    steps: [...drained(one), storeFails, ...steps],
  })
  const back = [storeIsBack, send(one, OVER), well, send(one, OVER), send(other, FIRST), well]
  return {
    local: down('local', [...drained(one), degraded, ...back]),
    deny: down('deny', [send(one, storeDown), send(other, storeDown), degraded, ...back]),
    allow: down('allow', [send(one, ran()), send(one, ran()), send(one, ran()), degraded, ...back]),
  }
}

function withoutKey({ one, none, bad, limited }: Callers): Record<string, Cell> {
  const cell = (on_missing_key: string, ...steps: Step[]): Cell => ({
    config: limited({ on_missing_key }),
    steps,
  })
  return {
    'null or failing, shared': cell(
      'shared',
      send(bad, FIRST),
      send(none, SECOND),
      send(bad, OVER),
      send(one, FIRST),
    ),
    'null or failing, reject': cell('reject', send(bad, KEYLESS), send(none, KEYLESS), send(one, FIRST)),
    'null or failing, client_ip': cell(
      'client_ip',
      send(none, FIRST),
      send(bad, SECOND),
      send(none, OVER),
      send(one, FIRST),
    ),
  }
}

/** Keys that look like others, or like nothing that a key is. */
function strangeKeys(keyed: (key: Json) => Work, longest: string): Record<string, readonly Step[]> {
  const apart = (one: Json, other: Json) => [...drained(keyed(one)), send(keyed(other), FIRST)]
  return {
    'that is long': apart(longest, `${longest.slice(1)}x`),
    'of strange bytes': apart(STRANGE, `${STRANGE} `),
    'beyond ASCII': apart('\u0000\ud83d\ude00', '\u0000\ud83d\ude01'),
    'that is an object': apart({ ['__proto__']: 1 }, '{"__proto__":1}'),
    'that is a name of every object': apart('constructor', 'toString'),
  }
}

const byTenant: Callers = {
  one: { data: { tenant: 'one' } },
  other: { data: { tenant: 'other' } },
  none: { data: { tenant: null } },
  bad: { data: { bad: true } },
  limited: rest => ({
    rate_limit: { ...TWO, key_logic: failingKey({ var: 'data.tenant' }, { var: 'data.bad' }), ...rest },
  }),
}

const byHeader = { rate_limit: { ...TWO, key_logic: { var: 'headers.x-tenant' } } }
const byAddress = { rate_limit: TWO }

export const rateLimit: GuardRow = {
  name: 'rate_limit',
  key: 'rate_limit',
  config: byTenant.limited({}),
  passes: {
    'the burst': [send(byTenant.one, FIRST), send(byTenant.one, SECOND), send(byTenant.other, FIRST)],
    'the burst of an address': { config: byAddress, steps: [send(byTenant.one, FIRST), send({}, SECOND)] },
  },
  refuses: {
    'what is over it, until there is room': [...drained(byTenant.one), passes(1), send(byTenant.one, SECOND)],
    'what is over it, whatever its body is': {
      config: byAddress,
      steps: [...drained({}), send({ body: '{' }, OVER), send({ body: EIGHT_KB }, OVER)],
    },
  },
  'broken key': {
    ...withoutKey(byTenant),
    ...strangeKeys(tenant => ({ data: { tenant } }), EIGHT_KB),
    'in a header': {
      config: byHeader,
      steps: [
        ...drained({ headers: { 'x-tenant': STRANGE } }),
        send({ headers: { 'x-tenant': EIGHT_KB } }, FIRST),
      ],
    },
  },
  'store down': whenStoreFails(byTenant),
  'after a reload': {
    'what is used up stays so': [
      ...drained(byTenant.one),
      reload,
      send(byTenant.one, OVER),
      send(byTenant.other, FIRST),
      reload,
      send(byTenant.other, SECOND),
    ],
    'of an address too': { config: byAddress, steps: [...drained({}), reload, send({}, OVER)] },
  },
}

/** A token of 8 KB is none. */
const FOUR_KB = EIGHT_KB.slice(4096)

const bySubject: Callers = {
  one: { headers: bearer({ sub: 'one' }) },
  other: { headers: bearer({ sub: 'other' }) },
  none: { headers: bearer({}) },
  bad: { headers: bearer({ bad: true }) },
  limited: rest => ({
    auth: JWT,
    principal_rate_limit: {
      ...TWO,
      key_logic: failingKey({ var: 'claims.sub' }, { var: 'claims.bad' }),
      ...rest,
    },
  }),
}

const nobodyMayAsk: JsonObject = {
  ...bySubject.limited({ on_missing_key: 'reject' }),
  auth: { ...JWT, required: false },
}

export const principalRateLimit: GuardRow = {
  name: 'principal_rate_limit',
  key: 'principal_rate_limit',
  config: bySubject.limited({}),
  passes: {
    'the burst': [send(bySubject.one, FIRST), send(bySubject.one, SECOND), send(bySubject.other, FIRST)],
  },
  refuses: {
    'what is over it, until there is room': [
      ...drained(bySubject.one),
      passes(1),
      send(bySubject.one, SECOND),
    ],
    'another token of the same caller': [
      ...drained(bySubject.one),
      send({ headers: bearer({ sub: 'one', jti: 'another' }) }, OVER),
    ],
    'what is over it, whatever its body is': [
      ...drained(bySubject.one),
      send({ ...bySubject.one, body: '{' }, OVER),
    ],
  },
  'broken key': {
    ...withoutKey(bySubject),
    ...strangeKeys(sub => ({ headers: bearer({ sub }) }), FOUR_KB),
    'of nobody': {
      config: nobodyMayAsk,
      steps: [send({}, KEYLESS), send(bySubject.one, FIRST)],
    },
  },
  'store down': whenStoreFails(bySubject),
  'after a reload': {
    'what is used up stays so': [
      ...drained(bySubject.one),
      reload,
      send(bySubject.one, OVER),
      send(bySubject.other, FIRST),
    ],
  },
}
