import type { Detail } from '../errors.ts'
import { compile } from '../expression/compile.ts'
import { type Expression, ExpressionError, type Limits } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import type { Json } from '../std/json.ts'
import { misplacedSecrets } from '../versioning/misplaced-secrets.ts'

/** Rules that let through or refuse have no use for output objects; keys may be such. */
export const GUARD_MODE = { condition: 'plain', key: 'template' } as const satisfies Record<string, LogicMode>

/** Compiles an expression of a channel's configuration. Throws ExpressionError. */
export function compileGuardLogic(rule: Json, use: keyof typeof GUARD_MODE, limits: Limits): Expression {
  return compile(rule, { mode: GUARD_MODE[use], limits })
}

/** The problem of an expression that does not compile. */
export function guardLogicProblems(
  path: string,
  rule: Json | undefined,
  use: keyof typeof GUARD_MODE,
  limits: Limits,
): Detail[] {
  if (rule === undefined) return []
  const misplaced = misplacedSecrets(path, rule)
  if (misplaced.length > 0) return misplaced
  try {
    compileGuardLogic(rule, use, limits)
    return []
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [{ path, code: 'INVALID_LOGIC', message: `Invalid JSONLogic: ${error.message}` }]
  }
}
