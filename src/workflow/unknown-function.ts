import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { notAvailable } from '../versioning/not-available.ts'

/** The names of the functions that tasks may call. */
interface FunctionNames {
  readonly names: readonly string[]
  /** Functions of Orion that this version does not have. */
  readonly unavailable: readonly string[]
}

/** The problem of a name that no function has. */
export function unknownFunction(name: string, path: string, { names, unavailable }: FunctionNames): Detail {
  if (unavailable.includes(name)) {
    return notAvailable(path, `Function '${excerpt(name)}'`, `one of ${names.join(', ')}`)
  }
  const { hint, field } = didYouMean(name, names)
  return {
    path,
    code: 'UNKNOWN_FUNCTION',
    message: `Unknown function '${excerpt(name)}'${hint}`,
    expected: 'one of the functions that GET /api/v1/admin/functions lists',
    got: excerpt(name),
    ...field,
  }
}
