import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Reply, Script, type ScriptRunner, textReply } from '../../connector/kinds/cache/redis/script.ts'
import { answerOf, WrittenAnswer } from '../written-answer.ts'
import type { Running } from './claims.ts'
import type { AnsweredKey, SharedKeyStore, Wanted } from './store.ts'

interface RedisKeysOptions {
  readonly scripts: ScriptRunner
  readonly tenant: string
  /** No two are the same, in any process. */
  readonly newToken: () => string
}

const GET = new Script(`return redis.call('GET', KEYS[1])`)

/** What the key is already, or nothing: then it is ours. */
const CLAIM = new Script(`
local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
`)

const REMEMBER = new Script(`
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)

/** Nobody else's claim, and no answer. */
const RELEASE = new Script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`)

const State = Type.Union([
  Type.Object({ running: Type.String(), fingerprint: Type.Union([Type.String(), Type.Null()]) }),
  Type.Object({
    answered: Type.Union([
      Type.Object({
        fingerprint: Type.String(),
        answer: WrittenAnswer,
      }),
      Type.Null(),
    ]),
    expiresAtMs: Type.Integer(),
  }),
])
type State = Static<typeof State>

/** Keys in a Redis, which all servers that use it share: running ones too, until their holder must be gone. */
export class RedisKeys implements SharedKeyStore {
  readonly #options: RedisKeysOptions
  /** What the claims of this process look like, by place. */
  readonly #held = new Map<string, string>()

  constructor(options: RedisKeysOptions) {
    this.#options = options
  }

  async find(channelId: string, key: string): Promise<AnsweredKey | undefined> {
    const state = stateOf(await this.#run(GET, this.#placeOf(channelId, key)))
    return state === undefined || 'running' in state ? undefined : answeredKey(channelId, key, state)
  }

  async claim(
    channelId: string,
    key: string,
    { fingerprint, holdMs }: Wanted,
  ): Promise<AnsweredKey | Running | undefined> {
    const place = this.#placeOf(channelId, key)
    const claim = JSON.stringify({
      running: this.#options.newToken(),
      fingerprint: fingerprint ?? null,
    } satisfies State)
    // One whose answer is lost may be ours all the same.
    this.#held.set(place, claim)
    const state = stateOf(await this.#run(CLAIM, place, claim, holdMs))
    if (state === undefined) return undefined
    this.#held.delete(place)
    if ('running' in state) return { kind: 'running', fingerprint: state.fingerprint ?? undefined }
    return answeredKey(channelId, key, state)
  }

  async release(channelId: string, key: string): Promise<void> {
    const place = this.#placeOf(channelId, key)
    const claim = this.#held.get(place)
    if (claim === undefined) return
    this.#held.delete(place)
    await this.#run(RELEASE, place, claim)
  }

  async remember({ channelId, key, first, expiresAtMs }: AnsweredKey, nowMs: number): Promise<void> {
    const place = this.#placeOf(channelId, key)
    this.#held.delete(place)
    const lifeMs = Math.max(1, Math.ceil(expiresAtMs - nowMs))
    await this.#run(REMEMBER, place, JSON.stringify({ answered: first ?? null, expiresAtMs }), lifeMs)
  }

  /** Redis removes them itself. */
  removeExpired(): boolean {
    return false
  }

  #run(script: Script, place: string, ...args: (string | number)[]): Promise<Reply> {
    return this.#options.scripts.run(script, [place], args)
  }

  #placeOf(channelId: string, key: string): string {
    return `orion:deduplication:${this.#options.tenant}:${channelId}:${key}`
  }
}

/** Throws for what no server of ours wrote. */
function stateOf(reply: Reply): State | undefined {
  if (reply === null) return undefined
  const read: unknown = JSON.parse(textReply(reply))
  if (Value.Check(State, read)) return read
  throw new TypeError('what is kept is no idempotency key')
}

function answeredKey(
  channelId: string,
  key: string,
  { answered, expiresAtMs }: Exclude<State, { running: string }>,
): AnsweredKey {
  const first =
    answered === null ? undefined : { fingerprint: answered.fingerprint, answer: answerOf(answered.answer) }
  return { channelId, key, first, expiresAtMs }
}
