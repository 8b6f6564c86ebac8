import type { FarSystem } from './far-system.ts'
import { http } from './http.ts'
import { redis } from './redis.ts'

/** The rows of the matrix. */
export const SYSTEMS: readonly FarSystem[] = [http, redis]
