import { adminKeys } from './admin-keys.ts'
import type { Config } from './schema.ts'

/** What is allowed and probably not meant. */
export function warningsFor(config: Config): string[] {
  const { enabled, allow_open: allowOpen } = config.admin_auth
  const warnings: string[] = []
  if (!enabled && allowOpen) {
    warnings.push(
      'admin_auth.allow_open is true and admin_auth.enabled is false: everybody who reaches the port may change everything',
    )
  }
  if (!enabled && !allowOpen) {
    warnings.push(
      'admin_auth.enabled is false: the admin API answers callers on this machine only; for others set ' +
        'ORION_ADMIN_AUTH__ENABLED=true and ORION_ADMIN_AUTH__API_KEY',
    )
  }
  if (!enabled && adminKeys(config).length > 0) {
    warnings.push('an admin key is set, but admin_auth.enabled is false: nobody is asked for it')
  }
  return warnings
}
