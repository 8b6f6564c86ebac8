import type { Json } from '../../std/json.ts'
import type { Analysis } from '../analysis.ts'
import type { LogicMode } from '../logic.ts'
import type { Part } from './parts.ts'

/** An expression of a definition and where it is written. */
export interface PlacedExpression {
  readonly path: string
  readonly rule: Json
  readonly mode: LogicMode
  /** What of it is asked for yes or no: `the condition`; undefined for a value. */
  readonly condition: string | undefined
  /** Undefined when it does not compile. */
  readonly analysis: Analysis | undefined
  readonly parts: readonly Part[]
  /** Operators that stand here beside the usual ones. */
  readonly moreOperators?: ReadonlySet<string>
}
