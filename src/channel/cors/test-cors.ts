import type { CorsRules } from './policy.ts'

/** `[cors]` as it is when nothing is said. */
export const OPEN_CORS: CorsRules = {
  allowed_origins: ['*'],
  allow_credentials: false,
  allowed_headers: ['*'],
  exposed_headers: ['*'],
  max_age_secs: 600,
}
