import { privateMysql, privatePostgres } from '../harness/backing.ts'
import type { FarSystem } from './far-system.ts'
import { http } from './http.ts'
import { redis } from './redis.ts'
import { sqlSystem } from './sql.ts'

/** The rows of the matrix. */
export const SYSTEMS: readonly FarSystem[] = [
  http,
  redis,
  sqlSystem('PostgreSQL', ['private postgres'], privatePostgres),
  sqlSystem('MariaDB', ['private mysql'], privateMysql),
]
