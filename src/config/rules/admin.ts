import { adminKeys } from '../admin-keys.ts'
import { isProduction } from '../production.ts'
import { type Rule, rule } from './rule.ts'

const KEYS = ['admin_auth.api_key', 'admin_auth.api_keys']

export const adminRules: readonly Rule[] = [
  rule(
    ['admin_auth.enabled', ...KEYS],
    config => config.admin_auth.enabled && adminKeys(config).length === 0,
    () => 'admin_auth.enabled is true, but there is no key: set admin_auth.api_key or admin_auth.api_keys',
  ),
  rule(
    ['admin_auth.enabled', 'environment'],
    config => isProduction(config) && !config.admin_auth.enabled,
    config =>
      `environment ${JSON.stringify(config.environment)} is production, where the admin API must not be without a key: ` +
      'set admin_auth.enabled = true and admin_auth.api_key or admin_auth.api_keys',
  ),
]
