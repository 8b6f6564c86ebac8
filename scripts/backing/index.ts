import { BACKING_NAMES, type Backing, type BackingName } from './backing.ts'
import { mariadb } from './mariadb.ts'
import { postgres } from './postgres.ts'
import { redis } from './redis.ts'

/** Every service that tests can have; a new one is a file and a line. */
export const BACKINGS: Readonly<Record<BackingName, Backing>> = { postgres, mariadb, redis }

export function isBackingName(name: string): name is BackingName {
  return BACKING_NAMES.some(known => known === name)
}
