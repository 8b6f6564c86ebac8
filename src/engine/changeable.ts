import type { Json, JsonObject } from '../std/json.ts'
import type { RunContext } from './functions-api.ts'
import { spendCopy } from './spend.ts'

/** Containers of fewer entries are copied by each write: that costs less than to remember them. */
const REMEMBERED_FROM = 16

/**
 * The container at a path of the context if the run may change it, else a copy that it may change from here on and
 * that stands in its place.
 */
export function changeable<Container extends Json[] | JsonObject>(
  container: Container,
  path: string,
  { own, budget }: Pick<RunContext, 'own' | 'budget'>,
): Container
export function changeable(
  container: Json[] | JsonObject,
  path: string,
  { own, budget }: Pick<RunContext, 'own' | 'budget'>,
): Json[] | JsonObject {
  if (own.has(path, container)) return container
  const entries = spendCopy(budget, container)
  const copy = Array.isArray(container) ? container.slice() : { ...container }
  if (entries >= REMEMBERED_FROM) own.add(path, copy)
  return copy
}
