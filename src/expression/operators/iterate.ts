import type { Json, JsonObject } from '../../std/json.ts'
import { type Evaluate, Frame } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import type { Body, Builder, CallNode, Node } from '../node.ts'

/** Runs a body over the items of a collection; `visit` answers false to stop. */
export interface Iteration {
  readonly collection: Evaluate
  readonly body: Body
  readonly meter: Meter
}

/** undefined unless there are exactly a collection and a body. */
export function iteration(
  call: CallNode,
  builder: Builder,
  build = (node: Node) => builder.body(node),
): Iteration | undefined {
  const [collection, body] = call.args
  if (call.args.length !== 2 || collection === undefined || body === undefined) return undefined
  return { collection: builder.build(collection), body: build(body), meter: builder.meter }
}

export type Visit = (result: Json, item: Json, key: string | null) => boolean

/** Items of an array in order, or values of an object in the order of its keys. */
export function eachItem(source: Json[] | JsonObject, frame: Frame, over: Iteration, visit: Visit): void {
  const { body, meter } = over
  const { run } = body
  if (Array.isArray(source)) {
    const scope = body.framed ? Frame.inside(frame, null) : frame
    for (let index = 0; index < source.length; index++) {
      meter.charge(body.weight)
      const item = source[index] ?? null
      if (body.framed) {
        scope.data = item
        scope.index = index
      }
      if (!visit(run(item, scope), item, null)) return
    }
    return
  }
  const scope = Frame.inside(frame, null)
  for (const key of Object.keys(source)) {
    meter.charge(body.weight)
    const item = source[key] ?? null
    scope.data = item
    scope.index++
    scope.key = key
    if (!visit(run(item, scope), item, key)) return
  }
}
