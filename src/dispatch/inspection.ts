import { isSecretName, maskText } from '../connector/secret-text.ts'
import { type ExplainedRun, explainedRun } from '../engine/explain/explained-run.ts'
import type { EngineLimits, FunctionTable } from '../engine/functions-api.ts'
import type { RunObserver } from '../engine/run-api.ts'
import { type CompiledWorkflow, compileWorkflow, type WorkflowDefinition } from '../engine/workflow.ts'
import type { Privacy } from '../expression/explain/explanation.ts'
import type { Clock } from '../std/clock.ts'
import { granted, type Offers } from './offers.ts'
import { Profile, type ProfileParts } from './profile.ts'
import type { Side } from './sides.ts'
import type { ChannelRuntime } from './snapshot.ts'

export interface InspectionNeeds {
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly clock: Clock
}

type SecretsOfChannel = ChannelRuntime['secrets']

/** Characters of an explanation in a trace, about. */
const MAX_EXPLANATION_CHARS = 65_536

/** A trace may be read by whoever may read traces, so credentials are left out. */
const PRIVACY: Privacy = { hides: name => name === 'cookies' || isSecretName(name), text: maskText }

/** A run that is looked at. It has a workflow of its own, compiled so that it can be; others pay nothing for it. */
export class Inspection {
  readonly workflow: CompiledWorkflow
  readonly observer: RunObserver | undefined
  readonly #explained: ExplainedRun | undefined
  readonly #profile: Profile | undefined

  constructor(
    definition: WorkflowDefinition,
    asked: Offers,
    secrets: SecretsOfChannel,
    needs: InspectionNeeds,
  ) {
    const { clock, limits } = needs
    this.#profile = asked.profile ? new Profile(clock) : undefined
    const functions = this.#profile?.timed(needs.functions) ?? needs.functions
    const dependencies = { functions, limits, clock, secrets: secrets.lookup }
    const options = { privacy: PRIVACY, maxChars: MAX_EXPLANATION_CHARS }
    this.#explained = asked.explain ? explainedRun(definition, dependencies, options) : undefined
    this.workflow =
      this.#explained?.workflow ?? compileWorkflow(definition, { ...dependencies, isLazy: true })
    this.observer = this.#explained?.observer
  }

  /** The `explain` of the trace. */
  explanation(): string | null {
    return this.#explained === undefined ? null : JSON.stringify(this.#explained.explanation())
  }

  /** The answer, with the profile if it was asked for. */
  annotated(answer: string, parts: ProfileParts): string {
    if (this.#profile === undefined) return answer
    return `${answer.slice(0, -1)},"_orion":{"profile":${JSON.stringify(this.#profile.report(parts))}}}`
  }
}

/** What of a run is looked at, if it was asked for and the channel offers it. */
export function inspectionOf(
  { offers, secrets }: Pick<ChannelRuntime, 'offers' | 'secrets'>,
  side: Side | undefined,
  asked: Offers | undefined,
  needs: InspectionNeeds,
): Inspection | undefined {
  const given = granted(asked, offers)
  return given && side && new Inspection(side.definition, given, secrets, needs)
}
