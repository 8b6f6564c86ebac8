import type { CompileOptions } from '../../expression/compile.ts'
import { compileExplained } from '../../expression/explain/explain.ts'
import { type Explanation, jsonType, type Privacy } from '../../expression/explain/explanation.ts'
import type { Expression } from '../../expression/expression.ts'
import type { Json } from '../../std/json.ts'
import type { LogicCompiler } from '../workflow.ts'
import type { Site, Sites } from './sites.ts'

/** One evaluation of one rule of a workflow. */
export interface ExplainedLogic extends Explanation {
  /** `tasks[1].condition`, `tasks[1].function.input.mappings[0].logic`. */
  at: string
  /** Id of the task or group that it belongs to; absent for the workflow and its loop. */
  owner?: string
  /** What a mapping writes to. */
  target?: string
  /** What the engine makes of a result that authors may not expect. */
  note?: string
}

interface ExplainerOptions {
  readonly sites: Sites
  readonly privacy: Privacy | undefined
  /** Characters of JSON that all explanations of a run may have. */
  readonly maxChars: number
}

/** Compiles the logic of one run so that it tells what it does, and keeps what it was told. */
export class Explainer implements LogicCompiler {
  /** Evaluations that are not explained because there was no more room. */
  omitted = 0
  private readonly options: ExplainerOptions
  private told: ExplainedLogic[] = []
  private room: number

  constructor(options: ExplainerOptions) {
    this.options = options
    this.room = options.maxChars
  }

  logic(rule: Json, options: CompileOptions, around: string): Expression {
    const site = this.options.sites.find(rule, around)
    return compileExplained(
      rule,
      { ...options, privacy: this.options.privacy },
      {
        wants: () => {
          if (this.room <= 0) this.omitted++
          return this.room > 0
        },
        tell: explanation => this.tell(site, explanation),
      },
    )
  }

  /** What was told since this was asked before. */
  take(): ExplainedLogic[] {
    const told = this.told
    this.told = []
    return told
  }

  private tell(site: Site, explanation: Explanation): void {
    const note = noteOn(site.at, explanation)
    const entry = { ...site, ...explanation, ...(note !== undefined && { note }) }
    this.room -= JSON.stringify(entry).length
    this.told.push(entry)
  }
}

/** Conditions and rules of `validation` hold only when they are exactly true. */
function noteOn(at: string, { result, error }: Explanation): string | undefined {
  const isCondition = at.endsWith('condition')
  if (!isCondition && !/\.rules\[\d+\]\.logic$/.test(at)) return undefined
  const what = isCondition ? 'condition' : 'rule'
  if (error !== undefined) return isCondition ? 'A condition that fails counts as false' : undefined
  if (result === undefined || typeof result === 'boolean') return undefined
  return `A ${what} holds only when it is exactly true, and this is ${article(jsonType(result))}`
}

function article(type: string): string {
  return type === 'null' ? 'null' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`
}
