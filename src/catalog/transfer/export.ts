import type { Connector } from '../../connector/definition.ts'
import { exportedConfig } from '../../connector/exported.ts'
import { OrionError } from '../../errors.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { nextTurn } from '../../std/next-turn.ts'
import { Turns } from '../../std/turns.ts'
import type {
  ConnectorFilter,
  ConnectorRepository,
  VersionedRepository,
  VersionKey,
} from '../../storage/store.ts'
import type { Parts } from '../parts.ts'
import { byText } from '../source-order.ts'
import type { VersionedKind, VersionedRow } from '../versioned-kind.ts'

/** What tells the kinds apart in an export. */
export interface ExportKind<Filter> {
  readonly name: string
  /** What is exported, in order. */
  keys(filter: Filter): Promise<readonly ExportKey[]>
  /** Undefined when it is gone meanwhile. Throws INTERNAL_ERROR when it cannot be read. */
  read(key: ExportKey): Promise<JsonObject | undefined>
}

interface ExportKey {
  readonly id: string
  readonly version?: number
}

export function versionedExport<Row extends VersionedRow, Filter>({
  name,
  rows,
  shown,
  fields,
}: VersionedKind<Row, Filter>): ExportKind<Filter> {
  return {
    name,
    keys: async filter => (await everyKey(rows, filter)).toSorted(byPriority),
    async read({ id, version = 1 }) {
      const row = await rows.version(id, version)
      return row && fields(shown(row))
    },
  }
}

export function connectorExport(rows: ConnectorRepository): ExportKind<ConnectorFilter> {
  return {
    name: 'connector',
    keys: async filter => (await rows.ids(filter)).map(id => ({ id })),
    async read({ id }) {
      const row = await rows.get(id)
      return row && exportedConnector(row)
    },
  }
}

/** Keys that one query reads, which takes about a millisecond. */
const KEYS = 500

async function everyKey<Row, Filter>(
  rows: VersionedRepository<Row, Filter>,
  filter: Filter,
): Promise<VersionKey[]> {
  const keys: VersionKey[] = []
  for (;;) {
    const page = await rows.keys(filter, keys.at(-1)?.id ?? '', KEYS)
    keys.push(...page)
    if (page.length < KEYS) return keys
    await nextTurn()
  }
}

function byPriority(a: VersionKey, b: VersionKey): number {
  return b.priority - a.priority || byText(a.name, b.name) || byText(a.id, b.id)
}

/** As it can be created again, but for its literal secrets. */
function exportedConnector({ id, name, connector_type, config, ...rest }: Connector): JsonObject {
  return { id, name, connector_type, config: exportedConfig(config), ...rest }
}

/** Characters of one piece, unless one definition has more. */
const PIECE_CHARACTERS = 65_536

/**
 * The answer of an export in pieces: `{"data":[...]}`, and after that `"unreadable"` when something cannot be read. What
 * is exported is settled when the promise resolves, what it says when its turn comes; no more than a piece is in memory.
 */
export async function exportDefinitions<Filter>(
  kind: ExportKind<Filter>,
  filter: Filter,
  parts: Pick<Parts, 'clock' | 'telemetry'>,
): Promise<AsyncIterable<string>> {
  return piecesOf(kind, await kind.keys(filter), parts)
}

async function* piecesOf(
  kind: ExportKind<never>,
  keys: readonly ExportKey[],
  { clock, telemetry }: Pick<Parts, 'clock' | 'telemetry'>,
): AsyncGenerator<string, void> {
  const turns = new Turns(clock)
  const unreadable: Json[] = []
  let piece = '{"data":['
  let separator = ''
  for (const key of keys) {
    await turns.restIfDue()
    const found = await readOr(kind, key, error => {
      telemetry.log.write('error', 'catalog', 'an export broke off', { kind: kind.name, id: key.id })
      throw error
    })
    if (found === undefined) continue
    if ('reason' in found) {
      const { id, version } = key
      unreadable.push({ id, ...(version !== undefined && { version }), reason: found.reason })
      continue
    }
    piece += separator + JSON.stringify(found.definition)
    separator = ','
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield `${piece}]${unreadable.length > 0 ? `,"unreadable":${JSON.stringify(unreadable)}` : ''}}`
}

async function readOr(
  kind: ExportKind<never>,
  key: ExportKey,
  brokenOff: (error: unknown) => never,
): Promise<{ definition: JsonObject } | { reason: string } | undefined> {
  try {
    const definition = await kind.read(key)
    return definition && { definition }
  } catch (error) {
    if (error instanceof OrionError && error.code === 'INTERNAL_ERROR') return { reason: error.message }
    return brokenOff(error)
  }
}
