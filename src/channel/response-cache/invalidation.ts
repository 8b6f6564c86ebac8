import { type Awaitable, together } from '../../std/awaitable.ts'
import type { ResponseCacheStore } from './store.ts'

/** What became of an invalidation in one store. */
export interface Invalidated {
  readonly store: string
  /** False when the store could not be reached: its answers stay until they are too old. */
  readonly invalidated: boolean
}

/** Drops the cached answers of a namespace wherever there may be some. Never rejects. */
export type InvalidateNamespace = (namespace: string) => Awaitable<readonly Invalidated[]>

/** `onFailure` is told of a store that could not be reached. */
export function openInvalidation(
  stores: () => readonly ResponseCacheStore[],
  onFailure: (store: string, error: unknown) => void,
): InvalidateNamespace {
  return namespace => together(stores().map(store => attempt(store, namespace, onFailure)))
}

function attempt(
  store: ResponseCacheStore,
  namespace: string,
  onFailure: (store: string, error: unknown) => void,
): Awaitable<Invalidated> {
  const done = () => ({ store: store.name, invalidated: true })
  const failed = (error: unknown) => {
    onFailure(store.name, error)
    return { store: store.name, invalidated: false }
  }
  try {
    const asked = store.invalidate(namespace)
    return asked instanceof Promise ? asked.then(done, failed) : done()
  } catch (error) {
    return failed(error)
  }
}
