import type { Detail } from '../../../errors.ts'
import { ConnectorError, unavailable } from '../../failure.ts'

/** What a database server says of a statement that it refuses. */
export interface Refusal {
  /** Five characters. */
  readonly sqlstate: string
  /** The SQLSTATE of PostgreSQL for the same, where that says more. */
  readonly means?: string | undefined
  /** The server's own text; may hold data. */
  readonly text: string
}

interface Meaning {
  readonly code:
    | 'CONSTRAINT_VIOLATED'
    | 'DATA_ERROR'
    | 'UPSTREAM_ERROR'
    | 'UPSTREAM_UNAVAILABLE'
    | 'TIMEOUT_ERROR'
  /** For the caller. */
  readonly message: string
  /** Nothing of it is left, and it may go well next time. */
  readonly isAgain?: boolean
}

const STATES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['23505', { code: 'CONSTRAINT_VIOLATED', message: 'The request conflicts with an existing record' }],
  ['23P01', { code: 'CONSTRAINT_VIOLATED', message: 'The request conflicts with an existing record' }],
  [
    '23503',
    {
      code: 'CONSTRAINT_VIOLATED',
      message: 'The request references a record that does not exist, or is referenced',
    },
  ],
  ['23001', { code: 'CONSTRAINT_VIOLATED', message: 'The record is referenced by another one' }],
  ['23502', { code: 'DATA_ERROR', message: 'A required value is missing' }],
  ['23514', { code: 'DATA_ERROR', message: 'A value in the request is not allowed' }],
  ['44000', { code: 'DATA_ERROR', message: 'A value in the request is not allowed' }],
  ['25006', { code: 'DATA_ERROR', message: 'db_read cannot write' }],
  [
    '40001',
    {
      code: 'UPSTREAM_ERROR',
      message: 'The database put the transaction back because of another one',
      isAgain: true,
    },
  ],
  [
    '40P01',
    {
      code: 'UPSTREAM_ERROR',
      message: 'The database put the transaction back because of another one',
      isAgain: true,
    },
  ],
  [
    '55P03',
    {
      code: 'UPSTREAM_ERROR',
      message: 'The database could not lock what the statement needs',
      isAgain: true,
    },
  ],
  ['57014', { code: 'TIMEOUT_ERROR', message: 'The database cancelled the statement' }],
])

/** By the first two characters; what is in neither table is a failure of the server. */
const CLASSES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['22', { code: 'DATA_ERROR', message: 'The database refuses a value' }],
  ['23', { code: 'DATA_ERROR', message: 'A value in the request is not allowed' }],
  ...[
    '0A',
    '0L',
    '0P',
    '21',
    '24',
    '25',
    '26',
    '27',
    '28',
    '2B',
    '2D',
    '2F',
    '34',
    '38',
    '39',
    '3B',
    '3D',
    '3F',
    '42',
    '54',
    '55',
    'P0',
    '20',
  ].map((name): [string, Meaning] => [
    name,
    { code: 'DATA_ERROR', message: 'The database refuses the statement' },
  ]),
  ['40', { code: 'UPSTREAM_ERROR', message: 'The database put the transaction back', isAgain: true }],
  ['53', { code: 'UPSTREAM_UNAVAILABLE', message: 'The database has no room' }],
])

/** A statement that a server refused, told apart by its SQLSTATE. What the server says may hold data, so no log has it. */
export function refusedStatement(
  connector: string,
  { sqlstate, means = sqlstate, text }: Refusal,
): ConnectorError {
  const meaning = STATES.get(means) ?? CLASSES.get(means.slice(0, 2))
  const note = `${sqlstate}: ${text}`
  const {
    code,
    message,
    isAgain = false,
  } = meaning ?? {
    code: 'UPSTREAM_ERROR',
    message: `The database behind connector '${connector}' failed`,
  }
  const details: Detail[] = [{ path: 'query', code: 'SQLSTATE', message, got: sqlstate }]
  return new ConnectorError(code, message, { note, details, stage: 'query', ...(isAgain && AGAIN) })
}

const AGAIN = { isPassing: true, isUntouched: true }

/** Why a server lets nobody in. `text` is its own. */
export function refusedEntry(
  connector: string,
  { sqlstate, means = sqlstate, text }: Refusal,
  cause: unknown,
): ConnectorError {
  const isFinal = means.startsWith('28') || means.startsWith('3D')
  return unavailable(connector, `${sqlstate}: ${text}`, {
    stage: 'auth',
    isUntouched: true,
    isPassing: !isFinal,
    cause,
  })
}
