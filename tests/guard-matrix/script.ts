import type { ChannelConfig } from '../../src/channel/definition.ts'
import type { Json, JsonObject } from '../../src/std/json.ts'
import type { CounterName } from '../../src/telemetry/counters.ts'

/** What is sent to the guarded channel, in words that every way in understands. */
export interface Work {
  readonly data?: Json
  /** The idempotency key. */
  readonly key?: string
  /** Only where the way in has headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** The message as it is sent, in place of `data`. */
  readonly body?: string
}

/** What came of it, whatever it came in by. */
export interface Outcome {
  readonly status: number
  /** Code of the error; undefined is none. */
  readonly code: string | undefined
  /** What guards say of themselves, lower-case; undefined where the way in has no headers. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

export interface Expected {
  readonly status: number
  readonly code: string | undefined
  /** Every header of a guard, and no others. */
  readonly headers: Readonly<Record<string, string>>
  /** Status of the trace that the run leaves; undefined: no run, and no trace. */
  readonly run: 'completed' | 'failed' | undefined
  /** The one counter that goes up, beside that of failing stores; undefined is none. */
  readonly counts: CounterName | undefined
}

type Headers = Expected['headers']

/** It ran and was answered. */
export function ran(headers: Headers = {}): Expected {
  return { status: 200, code: undefined, headers, run: 'completed', counts: undefined }
}

/** It was answered without a run. */
export function given(headers: Headers, counts?: CounterName): Expected {
  return { status: 200, code: undefined, headers, run: undefined, counts }
}

/** It did not run. */
export function refused(
  status: number,
  code: string,
  headers: Headers = {},
  counts: CounterName | undefined = undefined,
): Expected {
  return { status, code, headers, run: undefined, counts }
}

export const storeDown = refused(503, 'SERVICE_UNAVAILABLE', { 'retry-after': '1' })

export type Step =
  | { readonly kind: 'send'; readonly work: Work; readonly expected: Expected }
  /** Begins, and stays in its run. */
  | { readonly kind: 'hold'; readonly work: Work }
  /** What is held goes on to its end. */
  | { readonly kind: 'let go'; readonly expected: Expected }
  | { readonly kind: 'reload' }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'store'; readonly isDown: boolean }
  /** `/health` says so of the guards, and stays 200; what was sent last went up in `errors_total.guard_store` if they are degraded, and only then. */
  | { readonly kind: 'health'; readonly guards: 'ok' | 'degraded' }

export const send = (work: Work, expected: Expected): Step => ({ kind: 'send', work, expected })
export const hold = (work: Work = {}): Step => ({ kind: 'hold', work })
export const letGo = (expected: Expected): Step => ({ kind: 'let go', expected })
export const passes = (seconds: number): Step => ({ kind: 'time', seconds })
export const reload: Step = { kind: 'reload' }
export const storeFails: Step = { kind: 'store', isDown: true }
export const storeIsBack: Step = { kind: 'store', isDown: false }
export const degraded: Step = { kind: 'health', guards: 'degraded' }
export const well: Step = { kind: 'health', guards: 'ok' }

/** What happens to a channel in one test. */
export interface Cell {
  /** In place of that of the row. */
  readonly config?: JsonObject
  readonly steps: readonly Step[]
}

export const COLUMNS = ['passes', 'refuses', 'broken key', 'store down', 'after a reload'] as const
type Column = (typeof COLUMNS)[number]

/** Cells by what tells them apart, or why there are none. */
export type Cells = Readonly<Record<string, Cell | readonly Step[]>> | string

export type GuardKey = keyof ChannelConfig

/** One guard, or one mode of it. */
export interface GuardRow extends Readonly<Record<Column, Cells>> {
  readonly name: string
  /** The key of a channel's configuration that declares it. */
  readonly key: GuardKey
  readonly config: JsonObject
}

/** Whether a cell can only happen where there are headers. */
export function needsHeaders({ steps }: Cell): boolean {
  return steps.some(step => 'work' in step && step.work.headers !== undefined)
}

/** Whether a cell can only happen where work comes as bytes. */
export function needsBytes({ steps }: Cell): boolean {
  return steps.some(step => 'work' in step && step.work.body !== undefined)
}

/** Longer than any key that is kept as it is. */
export const EIGHT_KB = 'k'.repeat(8192)

/** Every byte above ASCII that a header may have, and what would end a quoted text. */
export const STRANGE = `\u00ff\u00e9\u0080\t"\\,;=%00{}'`
