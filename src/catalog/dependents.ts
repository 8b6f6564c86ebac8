import { connectorUses } from '../channel/connector-uses.ts'
import { effectsOf } from '../engine/effects.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import { OrionError } from '../errors.ts'
import { nextTurn } from '../std/next-turn.ts'
import type { Store, VersionedRepository } from '../storage/store.ts'
import type { Status } from '../versioning/status.ts'
import { type Use, useOf } from './dependencies.ts'

/** Who names a connector: in a version that is active, or in the latest one. */
export interface Dependents {
  readonly connector_id: string
  readonly name: string
  readonly workflows: readonly {
    readonly workflow_id: string
    readonly version: number
    readonly status: Status
    readonly used_by: readonly Use[]
  }[]
  readonly channels: readonly {
    readonly channel_id: string
    readonly name: string
    readonly version: number
    readonly status: Status
    /** Fields of the channel that name it. */
    readonly paths: readonly string[]
  }[]
}

export async function dependentsOf(id: string, functions: FunctionTable, store: Store): Promise<Dependents> {
  const connector = await store.connectors.get(id)
  if (connector === undefined) throw new OrionError('NOT_FOUND', `Connector '${id}' not found`)
  const { name } = connector
  const workflows: Dependents['workflows'][number][] = []
  for await (const { workflow_id, version, status, ...text } of standing(store.workflows)) {
    const uses = effectsOf(text, functions).filter(effect => effect.connector === name)
    if (uses.length > 0) workflows.push({ workflow_id, version, status, used_by: uses.map(useOf) })
  }
  const channels: Dependents['channels'][number][] = []
  for await (const { channel_id, name: channel, version, status, config } of standing(store.channels)) {
    const paths = connectorUses(config).flatMap(use => (use.connector === name ? [use.path] : []))
    if (paths.length > 0) channels.push({ channel_id, name: channel, version, status, paths })
  }
  return { connector_id: id, name, workflows, channels }
}

/** Rows that are read at once, so that requests go in between. */
const PAGE_ROWS = 100

/** Every active version, then the latest version of each id that is not active; rows that cannot be read are left out. */
async function* standing<Row>(
  repository: Pick<VersionedRepository<Row, { status?: string }>, 'active' | 'list'>,
): AsyncGenerator<Row> {
  const { rows } = await repository.active()
  for (const [at, row] of rows.entries()) {
    if (at % PAGE_ROWS === PAGE_ROWS - 1) await nextTurn()
    yield row
  }
  for (const status of ['draft', 'archived']) {
    for (let offset = 0; ; offset += PAGE_ROWS) {
      const sort = { by: 'priority', order: 'desc' } as const
      const page = await repository.list({ status }, sort, { limit: PAGE_ROWS, offset })
      yield* page.rows
      if (offset + PAGE_ROWS >= page.total) break
      await nextTurn()
    }
  }
}
