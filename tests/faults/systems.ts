import type { FarSystem } from './far-system.ts'
import { http } from './http.ts'
import { redis } from './redis.ts'
import { mysql, postgres } from './sql.ts'

/** The rows of the matrix. */
export const SYSTEMS: readonly FarSystem[] = [http, redis, postgres, mysql]
