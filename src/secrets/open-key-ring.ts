import type { Config } from '../config/schema.ts'
import { KeyRing } from './key-ring.ts'

/** The keys of a configuration. */
export function openKeyRing({ key, previous_keys }: Config['secrets']): KeyRing {
  return new KeyRing(
    key.reveal(),
    previous_keys.map(previous => previous.reveal()),
  )
}
