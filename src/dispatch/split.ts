import type { ChannelConfig } from '../channel/definition.ts'
import type { Limits } from '../expression/expression.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { DEFAULT_SCOPE } from '../storage/scope.ts'
import type { Arrival } from './arrival.ts'
import { bucketKey } from './guards/bucket-key.ts'
import { openKeyLogic } from './guards/key-logic.ts'
import type { Side } from './sides.ts'

/** Traffic is shared in hundredths of a percent. */
const BUCKETS = 10_000
const BUCKETS_PER_PERCENT = BUCKETS / 100

/** What of a request a key may look at. */
export interface Drawn {
  readonly arrival: Arrival
  readonly data: Json
  /** Who was verified; undefined when nobody was. */
  readonly auth: JsonObject | undefined
}

/** How the requests of a channel are shared between two versions of its workflow. */
export interface Split {
  /** The bucket of a request, 0 to 9,999; a message has it for good. `chance` is from 0 to below 1. */
  bucketOf(request: Drawn, chance: () => number): number
  /** Who answers a bucket: the newer version has those from 0 on, so that as its share grows it only gains. */
  sideOf(bucket: number): Side
}

/** Undefined when there is nothing to share. Throws ExpressionError. */
export function openSplit(
  channel: string,
  sides: readonly Side[],
  config: ChannelConfig,
  limits: Limits,
): Split | undefined {
  const [newer, older] = sides
  if (newer === undefined || older === undefined) return undefined
  const end = newer.share * BUCKETS_PER_PERCENT
  const keyOf = stickyKey(channel, config, limits)
  // Each rollout draws anew whose requests come first.
  const salt = JSON.stringify([DEFAULT_SCOPE.tenant, newer.workflow.id, newer.version])
  return {
    bucketOf(request, chance) {
      const key = keyOf?.(request)
      if (key === undefined) return Math.floor(chance() * BUCKETS)
      return Bun.hash.xxHash32(`${salt}${key}`) % BUCKETS
    },
    sideOf: bucket => (bucket < end && !newer.tally.isClosed ? newer : older),
  }
}

/** Gives undefined where a request has no key. */
type KeyOf = (request: Drawn) => string | undefined

function stickyKey(
  channel: string,
  { rollout_sticky_header, rollout_key }: ChannelConfig,
  limits: Limits,
): KeyOf | undefined {
  if (rollout_key !== undefined) {
    const { keyOf } = openKeyLogic(channel, rollout_key, limits)
    return ({ arrival, data, auth }) =>
      keyOf(arrival, { data, auth: auth ?? null, claims: auth?.claims ?? null })
  }
  if (rollout_sticky_header === undefined) return undefined
  const name = rollout_sticky_header.toLowerCase()
  return ({ arrival }) => bucketKey(arrival.facts.header(name))
}
