declare module 'json-logic-js' {
  import type { Json } from '../../src/std/json.ts'

  const jsonLogic: { apply(rule: Json, data: Json): Json }
  export default jsonLogic
}
