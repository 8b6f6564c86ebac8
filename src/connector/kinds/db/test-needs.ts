import type { DatabaseNeeds } from './needs.ts'

/** For clients that reach no database. */
export const TEST_DATABASE_NEEDS: DatabaseNeeds = {
  rowLimits: { maxRows: 1000, maxBytes: 1_000_000 },
  sqlite: { folder: '', ownFile: undefined, command: [] },
}
