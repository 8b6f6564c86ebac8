import { isObject, type Json, own, setOwn } from '../std/json.ts'
import type { Context } from './message.ts'
import { type Segment, segmentsOf } from './path-segments.ts'

/** Takes away what is at a path below a root, or beside the roots; something has to be there. */
export function compileRemove(path: string): (context: Context) => void {
  const [first = { key: '', index: -1 }, ...rest] = segmentsOf(path)
  return context => {
    if (rest.length === 0) delete context[first.key]
    else setOwn(context, first.key, without(own(context, first.key) ?? null, rest, 0))
  }
}

/** A copy of `container` without the value: members of an object go, elements of an array close up. */
function without(container: Json, path: readonly Segment[], at: number): Json {
  const step = path[at]
  if (step === undefined) return container
  const isLast = at === path.length - 1
  if (Array.isArray(container)) {
    const copy = container.slice()
    if (isLast) copy.splice(step.index, 1)
    else copy[step.index] = without(copy[step.index] ?? null, path, at + 1)
    return copy
  }
  if (!isObject(container)) return container
  const copy = { ...container }
  if (isLast) delete copy[step.key]
  else setOwn(copy, step.key, without(own(copy, step.key) ?? null, path, at + 1))
  return copy
}
