import type { Refusal } from '../sql-failure.ts'

/** Errors of MySQL and MariaDB whose own SQLSTATE says too little, by number: what PostgreSQL says for the same. */
const MEANINGS: readonly (readonly [string, readonly number[]])[] = [
  ['23505', [1022, 1062, 1169, 1557, 1586, 1761, 1762, 1859]],
  ['23503', [1216, 1217, 1451, 1452]],
  ['23502', [1048, 1364]],
  ['23514', [3819, 4025]],
  ['25006', [1290, 1792, 1836]],
  ['40001', [1020, 1213]],
  ['55P03', [1205, 3572]],
  ['57014', [1317, 1969, 3024]],
  ['53000', [1021, 1030, 1037, 1038, 1041, 1114, 1135, 1226]],
  ['53300', [1040, 1203]],
  ['28000', [1044, 1045, 1698]],
  ['3D000', [1046, 1049]],
  ['57P01', [1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 4031]],
  ['26000', [1243, 1615]],
]

const BY_NUMBER: ReadonlyMap<number, string> = new Map(
  MEANINGS.flatMap(([state, numbers]) => numbers.map((number): [number, string] => [number, state])),
)

/** What the server said; undefined when the error is not its own. */
export function serverSaid(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('errno' in error) || !('sqlMessage' in error)) return undefined
  const { errno, sqlMessage } = error
  if (typeof errno !== 'number' || typeof sqlMessage !== 'string') return undefined
  const state = 'sqlState' in error && typeof error.sqlState === 'string' ? error.sqlState : ''
  const sqlstate = /^[0-9A-Z]{5}$/.test(state) ? state : 'HY000'
  // Most of what has no class of its own is about values and statements.
  const means = BY_NUMBER.get(errno) ?? (sqlstate === 'HY000' ? '22000' : sqlstate)
  return { sqlstate, means, text: `${errno} ${sqlMessage}` }
}

/** Whether a server that says this has closed the connection, or is about to. */
export function isFarewell({ sqlstate, means }: Refusal): boolean {
  return means === '57P01' || sqlstate === '08S01'
}
