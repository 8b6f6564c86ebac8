import type { Principal } from '../../auth/principal.ts'
import type { ChannelFilter, ConnectorFilter, WorkflowFilter } from '../../storage/store.ts'
import type { Parts } from '../parts.ts'
import { type ExportKind, exportDefinitions } from './export.ts'
import { type ImportOptions, importDefinitions } from './import.ts'
import type { ImportKind, Step } from './import-kind.ts'
import type { ImportReport } from './import-report.ts'

/** Many definitions of one kind at once, out and in. */
export interface Transfer<Filter> {
  /** JSON text in pieces: `{"data": [...]}` with the latest version of each, literal secrets as `******`. */
  export(filter: Filter): Promise<AsyncIterable<string>>
  /** Body: a list, or what an export gave. VALIDATION_ERROR with `imported` and `failed` beside it when an atomic one fails. */
  import(by: Principal, body: unknown, options: ImportOptions): Promise<ImportReport>
}

export interface Transfers {
  readonly workflows: Transfer<WorkflowFilter>
  readonly channels: Transfer<ChannelFilter>
  readonly connectors: Transfer<ConnectorFilter>
}

export function openTransfer<Kept extends Step, Filter>(
  kinds: { readonly out: ExportKind<Filter>; readonly in: ImportKind<Kept> },
  parts: Parts,
): Transfer<Filter> {
  return {
    export: filter => exportDefinitions(kinds.out, filter, parts),
    import: (by, body, options) => importDefinitions(kinds.in, parts, { by, body, options }),
  }
}
