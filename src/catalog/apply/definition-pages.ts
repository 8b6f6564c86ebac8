import type { Channel } from '../../channel/definition.ts'
import { exportedConfig } from '../../connector/exported.ts'
import { validationError } from '../../errors.ts'
import type { JsonObject } from '../../std/json.ts'
import type { ChannelFilter, ConnectorRepository, WorkflowFilter } from '../../storage/store.ts'
import type { Workflow } from '../../workflow/definition.ts'
import type { Kind } from '../lint.ts'
import type { VersionedKind, VersionedRow } from '../versioned-kind.ts'
import { fileContent } from './file-content.ts'
import { standingAfter } from './standing.ts'
import { heldVersion } from './version-plan.ts'

/** One definition as a file holds it: what applies, with a `status` when it is not active; literal secrets read `******`. */
export interface HeldDefinition {
  readonly kind: Kind
  /** Of a connector its name. */
  readonly id: string
  readonly definition: JsonObject
}

/** Connectors by name, workflows by id, channels by id. */
export interface DefinitionPage {
  readonly definitions: readonly HeldDefinition[]
  /** Those of the page that nobody can read. */
  readonly unreadable: readonly { readonly kind: Kind; readonly id: string }[]
  /** What to ask with for the next page; null when there is none. */
  readonly next: string | null
}

interface PageNeeds {
  readonly connectors: ConnectorRepository
  readonly workflowKind: VersionedKind<Workflow, WorkflowFilter>
  readonly channelKind: VersionedKind<Channel, ChannelFilter>
}

const ORDER = ['connector', 'workflow', 'channel'] as const satisfies readonly Kind[]
/** Fewer could not hold everything that stands for one id. */
const MIN_ROWS = 10

/** The page after a cursor, empty for the first. Throws VALIDATION_ERROR for a cursor that no page gave. */
export async function definitionPage(
  cursor: string,
  limit: number,
  needs: PageNeeds,
): Promise<DefinitionPage> {
  const [kind, afterId] = readCursor(cursor)
  const page = await pageOfKind(kind, afterId, Math.max(limit, MIN_ROWS), needs)
  const following = ORDER[ORDER.indexOf(kind) + 1]
  if (page.lastId !== undefined) return { ...page, next: `${kind}:${page.lastId}` }
  return { ...page, next: following === undefined ? null : `${following}:` }
}

function readCursor(cursor: string): [kind: Kind, afterId: string] {
  if (cursor === '') return [ORDER[0], '']
  const at = cursor.indexOf(':')
  const kind = ORDER.find(known => known === cursor.slice(0, at))
  if (kind !== undefined) return [kind, cursor.slice(at + 1)]
  const message = 'after must be the `next` of the page before'
  throw validationError([
    { path: 'after', code: 'INVALID_FORMAT', message, expected: 'the `next` of a page' },
  ])
}

interface KindPage extends Omit<DefinitionPage, 'next'> {
  readonly lastId: string | undefined
}

function pageOfKind(kind: Kind, afterId: string, limit: number, needs: PageNeeds): Promise<KindPage> {
  switch (kind) {
    case 'connector':
      return connectorPage(needs.connectors, afterId, limit)
    case 'workflow':
      return versionedPage(needs.workflowKind, afterId, limit)
    case 'channel':
      return versionedPage(needs.channelKind, afterId, limit)
    default:
      return kind satisfies never
  }
}

async function connectorPage(
  connectors: Pick<ConnectorRepository, 'following'>,
  afterName: string,
  limit: number,
): Promise<KindPage> {
  const { rows, unreadable } = await connectors.following(afterName, limit)
  const names = [...rows, ...unreadable].map(({ name }) => name)
  return {
    definitions: rows.map(row => {
      const definition = fileContent('connector', { ...row, config: exportedConfig(row.config) })
      return { kind: 'connector', id: row.name, definition }
    }),
    unreadable: unreadable.map(({ name }) => ({ kind: 'connector', id: name })),
    lastId: names.length < limit ? undefined : names.sort().at(-1),
  }
}

async function versionedPage<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  afterId: string,
  limit: number,
): Promise<KindPage> {
  const { standing, lastId } = await standingAfter(kind, afterId, limit)
  const definitions: HeldDefinition[] = []
  const unreadable: { kind: Kind; id: string }[] = []
  for (const [id, versions] of standing) {
    const held = heldVersion(versions)
    if (held?.row === undefined) unreadable.push({ kind: kind.name, id })
    else definitions.push({ kind: kind.name, id, definition: heldContent(kind, held.row) })
  }
  return { definitions, unreadable, lastId }
}

function heldContent<Row extends VersionedRow, Filter>(
  { name, fields, shown }: VersionedKind<Row, Filter>,
  row: Row,
): JsonObject {
  const content = fileContent(name, fields(shown(row)))
  return row.status === 'active' ? content : { ...content, status: row.status }
}
