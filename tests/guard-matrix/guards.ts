import { rejecting, replaying } from './deduplication.ts'
import { apiKey, hmac, jwt } from './identity.ts'
import { cache } from './kept-answers.ts'
import { principalRateLimit, rateLimit } from './limits.ts'
import { cors, originList, requestSchema, validationLogic } from './rules.ts'
import { backpressure, timeout } from './runs.ts'
import type { GuardRow } from './script.ts'

/** One row per guard, in the order in which they are asked. */
export const GUARDS: readonly GuardRow[] = [
  rateLimit,
  apiKey,
  hmac,
  jwt,
  principalRateLimit,
  cors,
  originList,
  requestSchema,
  validationLogic,
  rejecting,
  replaying,
  cache,
  backpressure,
  timeout,
]
