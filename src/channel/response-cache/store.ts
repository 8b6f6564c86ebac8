import type { Awaitable } from '../../std/awaitable.ts'

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number
  readonly body: string
  /** Undefined is JSON. */
  readonly contentType: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[] | undefined
  readonly workflowVersion: number | null
}

/** Keeps the answers of all channels, and which of them were invalidated. What it rejects with, or throws, is a failure of the store. */
export interface ResponseCacheStore {
  /** Names the store to operators. */
  readonly name: string
  /** A place for the answers of one channel; disposing of it forgets them. */
  open(settings: ShelfSettings): Shelf
  /** Drops every answer that belongs to a namespace, those too whose runs are under way. */
  invalidate(namespace: string): Awaitable<void>
}

export interface ShelfSettings {
  /** What tells this shelf from all others, also from those of other processes: its answers fit no other definition. */
  readonly scope: string
  readonly ttlMs: number
  readonly namespaces: readonly string[]
}

export interface Shelf extends Disposable {
  look(key: string): Awaitable<Look>
  /** Keeps an answer whose run began after `versions` were seen; false when there is no room for one of its size. */
  put(key: string, answer: KeptAnswer, versions: Versions): Awaitable<boolean>
}

/** What a store says at one moment. */
export interface Look {
  readonly found: Found | undefined
  readonly versions: Versions
}

interface Found {
  readonly answer: KeptAnswer
  readonly ageMs: number
}

/** How often each namespace of a shelf was invalidated, in a way: an answer is given while they are as they were before its run. */
export type Versions = readonly number[]

export function areSame(one: Versions, other: Versions): boolean {
  return one.every((version, at) => version === other[at])
}
