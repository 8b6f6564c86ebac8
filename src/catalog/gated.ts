import type { Source } from '../dispatch/live.ts'
import { refuseObstructed } from './gates.ts'
import type { VersionedKind, VersionedRow } from './versioned-kind.ts'

/** Others come and go: what the row needs of them has to be there when it becomes active. Its edit throws CONFLICT. */
export function gated<
  Row extends VersionedRow,
  Filter,
  Plan extends { readonly edit: (source: Source) => Source },
>({ name, idOf, obstacles, activeIn }: VersionedKind<Row, Filter>, row: Row, plan: Plan): Plan {
  const id = idOf(row)
  return {
    ...plan,
    edit: (source: Source) => {
      const found = obstacles(row, activeIn(source, id, undefined))
      refuseObstructed(`${name} '${id}' version ${row.version}`, found)
      return plan.edit(source)
    },
  }
}
