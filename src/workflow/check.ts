import type { TSchema } from '@sinclair/typebox'

/** The functions that tasks may call: those that this version has, and those it lacks. */
export interface KnownFunctions {
  find(name: string): { readonly input: TSchema } | undefined
  readonly names: readonly string[]
  /** Functions of Orion that this version does not have. */
  readonly unavailable: readonly string[]
}
