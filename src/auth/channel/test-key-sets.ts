import type { Clock } from '../../std/clock.ts'
import { KeySets } from './key-sets.ts'

/** For channels whose keys stand in their config. */
export function noKeySets(clock: Clock): KeySets {
  return new KeySets({
    fetch: () => Promise.reject(new Error('there is no network')),
    clock,
    failed: () => undefined,
  })
}
