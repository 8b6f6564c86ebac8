import type { ApplyPlan, PlannedChange } from '../catalog/apply/definition.ts'

const SIGNS = { create: '+', update: '~', activate: '~', archive: '~', delete: '-' } as const
/** Characters of one value that are shown. */
const SHOWN = 200

/** A plan for people: a line for each change, what differs below it, and the sum. */
export function planText({ changes, unchanged }: ApplyPlan): string {
  const lines = changes.flatMap(changeLines)
  return `${[...lines, sumOf(changes, unchanged)].map(printable).join('\n')}\n`
}

/** `2 to create, 1 to update; 4 unchanged` */
function sumOf(changes: readonly PlannedChange[], unchanged: number): string {
  const counts = Object.entries(Object.groupBy(changes, ({ action }) => action)).map(
    ([action, group]) => `${group.length} to ${action}`,
  )
  return `${counts.length === 0 ? 'Nothing to do' : counts.join(', ')}; ${unchanged} unchanged`
}

function changeLines({ kind, id, action, fields }: PlannedChange): string[] {
  const isReordered = action === 'update' && fields.length === 0
  return [
    `${SIGNS[action]} ${kind} ${id}`,
    ...(isReordered ? ['    the order of keys'] : []),
    ...fields.map(field => `    ${field.path}: ${sideText(field.old)} -> ${sideText(field.new)}`),
  ]
}

function sideText(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = JSON.stringify(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}... (${text.length} characters)` : text
}

/** A definition may hold anything; a terminal must not obey it. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
