import { type TUnsafe, Type } from '@sinclair/typebox'
import type { Json } from '../std/json.ts'

/** How an object with several keys or one unknown key reads: `plain` refuses it, `template` makes it an output object. */
export type LogicMode = 'plain' | 'template'

/** The key under which a schema says that its value is an expression. */
export const LOGIC_KEYWORD = 'x-orion-logic'

/** Schema of a field that holds a JSONLogic expression; checks find such fields by {@link LOGIC_KEYWORD} and compile them. */
export function Logic(description: string, mode: LogicMode = 'template'): TUnsafe<Json> {
  return Type.Unsafe<Json>(Type.Unknown({ description, [LOGIC_KEYWORD]: mode }))
}

/** The key under which the schema of an expression says that only exactly true counts. */
export const CONDITION_KEYWORD = 'x-orion-condition'

/** Schema of a field that holds an expression which has to give exactly true. */
export function Condition(description: string): TUnsafe<Json> {
  return Type.Unsafe<Json>({ ...Logic(description), [CONDITION_KEYWORD]: true })
}
