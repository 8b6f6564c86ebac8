import { isObject, type Json, own, setOwn } from '../std/json.ts'
import { changeable } from './changeable.ts'
import { rootNamed } from './context.ts'
import type { RunContext } from './functions-api.ts'
import type { Level } from './path-segments.ts'

type Holder = Pick<RunContext, 'message' | 'own' | 'budget'>

/** Takes away what is at a path below a root, or beside the roots; something has to be there. */
export function compileRemove(levels: readonly Level[]): (holder: Holder) => void {
  return holder => {
    const [first = { key: '', index: -1, above: '' }, ...rest] = levels
    const { context } = holder.message
    if (rest.length === 0) delete context[first.key]
    else setOwn(context, first.key, without(own(context, first.key) ?? null, rest, 0, holder))
  }
}

/** `container` without the value: members of an object go, elements of an array close up. */
function without(container: Json, path: readonly Level[], at: number, holder: Holder): Json {
  const step = path[at]
  if (step === undefined) return container
  const isLast = at === path.length - 1
  if (Array.isArray(container)) {
    const list = changeable(container, step.above, holder)
    if (isLast) list.splice(step.index, 1)
    else list[step.index] = without(list[step.index] ?? null, path, at + 1, holder)
    return list
  }
  if (!isObject(container)) return container
  const isRoot = at === 0 && rootNamed(step.above) !== undefined
  const object = isRoot ? container : changeable(container, step.above, holder)
  if (isLast) delete object[step.key]
  else setOwn(object, step.key, without(own(object, step.key) ?? null, path, at + 1, holder))
  return object
}
