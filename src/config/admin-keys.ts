import type { Config } from './schema.ts'

/** Every key that is not empty: those of `api_keys` in order, then `api_key` when it is not among them. */
export function adminKeys({ admin_auth: auth }: Config): string[] {
  const keys = [...auth.api_keys, auth.api_key].map(key => key.reveal())
  return [...new Set(keys.filter(key => key !== ''))]
}
