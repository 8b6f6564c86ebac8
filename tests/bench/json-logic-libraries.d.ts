declare module 'json-logic-engine' {
  import type { Json } from '../../src/std/json.ts'

  export class LogicEngine {
    run(rule: Json, data: Json): Json
    build(rule: Json): (data: Json) => Json
  }
}
