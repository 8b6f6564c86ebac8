import { isObject, type Json } from '../../std/json.ts'
import { thrown } from '../failure.ts'
import type { Operator } from '../node.ts'
import { chargeResult } from '../values/result.ts'

export const raise: Operator = {
  name: 'throw',
  summary: 'Fails with an error that `try` can catch; a text becomes {"type": text}.',
  args: { 'error?': 'Object, or a text' },
  example: { rule: { try: [{ throw: 'out of stock' }, { val: 'type' }] }, result: 'out of stock' },
  foldable: false,
  build(call, builder) {
    const { meter } = builder
    const [arg] = call.args
    const run = arg === undefined ? () => null : builder.build(arg)
    return (data, frame) => {
      const error = errorObject(run(data, frame))
      chargeResult(error, meter)
      throw thrown(error)
    }
  },
}

function errorObject(value: Json): Json {
  if (isObject(value)) return value
  if (typeof value === 'string') return { type: value }
  if (typeof value === 'boolean') return { type: 'boolean' }
  return { type: value === null ? 'null' : Array.isArray(value) ? 'array' : 'number' }
}
