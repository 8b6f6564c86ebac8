import { load } from '../config/test-load.ts'
import { openKeyRing } from './open-key-ring.ts'
import { type OpenSecretsOf, secretsOf } from './open-secrets.ts'

/** What tests of secrets share. */

export const TEST_KEY = '11'.repeat(32)
export const OTHER_KEY = '22'.repeat(32)

/** Secrets of a server with that configuration and environment. */
export function openTestSecrets(toml = '', env: Readonly<Record<string, string>> = {}): OpenSecretsOf {
  const { secrets } = load({ toml, env })
  return secretsOf({ config: secrets, env, ring: openKeyRing(secrets), tenant: 'default' })
}
