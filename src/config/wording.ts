import type { Detail } from '../errors.ts'
import { nearestName } from '../std/nearest-name.ts'
import { LEAVES } from './leaves.ts'

/** How a wrong value is shown: as it is, or only where it came from. */
export type Shown = { value: Detail['got'] } | { as: string } | undefined

/** One mistake in words: the key, what is wrong, what would be right. */
export function wording(detail: Detail, shown: Shown): string {
  if (detail.code === 'UNKNOWN_KEY') return unknownKey(detail)
  if (detail.code === 'REQUIRED') return `${detail.path} is required`
  const { expected = 'a valid value', suggestion } = detail
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
  return `${detail.path} must be ${positive(detail)}${expected}${but(shown)}${hint}`
}

/** `> 0` says it shorter than a range of sixteen digits. */
function positive({ code, got, expected }: Detail): string {
  const isTooSmall = code === 'OUT_OF_RANGE' && typeof got === 'number' && got <= 0
  return isTooSmall && expected?.startsWith('an integer from 1 ') ? '> 0: ' : ''
}

function but(shown: Shown): string {
  if (shown === undefined) return ''
  if ('as' in shown) return `, which ${shown.as} is not`
  return shown.value === undefined ? '' : `, not ${quoted(shown.value)}`
}

function quoted(value: Detail['got']): string {
  if (value === 'an object') return 'a table'
  if (value === 'an array') return 'an array'
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function unknownKey({ path, suggestion, expected }: Detail): string {
  const [, section = '', dotted, index] = /^(.*?)(?:\.?([^.[\]]+)|\[(\d+)\])$/.exec(path) ?? []
  const name = dotted ?? index ?? path
  const where = section === '' ? 'at the top of the file' : `in [${section}]`
  const meant = LEAVES.find(leaf => leaf.path.at(-1) === name)?.key ?? suggestion
  const hint =
    meant === undefined ? `known here: ${expected?.replace('one of ', '')}` : `did you mean "${meant}"?`
  return `unknown key "${name}" ${where}; ${hint}`
}

/** A variable that looks like ours and is not. */
export function unknownVariable(name: string): string {
  const meant = nearestName(
    name,
    LEAVES.map(leaf => leaf.variable),
  )
  const hint =
    meant === undefined
      ? 'a variable is ORION_SECTION__KEY, like ORION_SERVER__PORT'
      : `did you mean ${meant}?`
  return `no key of the configuration has this variable; ${hint}`
}
