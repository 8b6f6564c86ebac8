import type { Limits } from '../../expression/expression.ts'
import type { PlacedExpression } from '../../expression/lint/placed-expression.ts'
import type { JsonObject } from '../../std/json.ts'
import type { LintRule } from '../../versioning/finding.ts'
import type { GuardScope } from './guard-scopes.ts'

/** An expression of a channel's guards. */
export interface GuardExpression extends PlacedExpression {
  readonly scope: GuardScope
}

/** A channel as the rules of lint see it, in the form in which it would be stored. */
export interface ChannelSubject {
  readonly channel: JsonObject
  readonly config: JsonObject
  readonly logic: readonly GuardExpression[]
  readonly needs: ChannelLintNeeds
}

/** A limit of the platform's that holds for channels without one of their own. */
export interface PlatformRate {
  readonly requestsPerSecond: number
  /** The key of the configuration that says so. */
  readonly setBy: string
}

/** A part of the request that a workflow reads, and where it does. */
export interface RequestRead {
  /** Dotted: `metadata.headers.accept-language`, or `body.sku` of the payload. */
  readonly path: string
  /** In the workflow. */
  readonly at: string
}

export interface ChannelLintNeeds {
  readonly limits: Limits
  /** Undefined when there is none, or it is not known. */
  readonly platformRate: PlatformRate | undefined
  /** What the channel's workflow reads for sure; undefined when the workflow is not known. */
  readonly reads: readonly RequestRead[] | undefined
}

export type ChannelRule = LintRule<ChannelSubject>
