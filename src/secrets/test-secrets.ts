import { load } from '../config/test-load.ts'
import { KeyRing } from './key-ring.ts'
import { type OpenSecretsOf, secretsOf } from './open-secrets.ts'

/** What tests of secrets share. */

export const TEST_KEY = '11'.repeat(32)
export const OTHER_KEY = '22'.repeat(32)

/** Secrets of a server with that configuration and environment. */
export function openTestSecrets(toml = '', env: Readonly<Record<string, string>> = {}): OpenSecretsOf {
  const { secrets } = load({ toml, env })
  const previous = secrets.previous_keys.map(key => key.reveal())
  const ring = new KeyRing(secrets.key.reveal(), previous)
  return secretsOf({ config: secrets, env, ring, tenant: 'default' })
}
