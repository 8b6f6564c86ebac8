import type { Privacy } from './explanation.ts'
import type { Evaluation } from './record.ts'
import { holdsSecret } from './show.ts'
import { variableKeys, variableName } from './variables.ts'

/** Which evaluations may show a secret. */
export class Secrets {
  private readonly privacy: Privacy
  private readonly known = new Map<Evaluation, boolean>()

  constructor(privacy: Privacy) {
    this.privacy = privacy
  }

  /** Whether the value is one that is kept under the name of a secret. */
  isSecret({ node }: Evaluation): boolean {
    return isVariable(node) && variableKeys(node).some(key => this.privacy.hides(key))
  }

  /** Whether a secret was read on the way, or a container that holds one. */
  touchesSecret(evaluation: Evaluation): boolean {
    const known = this.known.get(evaluation)
    if (known !== undefined) return known
    const touches =
      this.isSecret(evaluation) ||
      this.readsContainer(evaluation) ||
      evaluation.parts.some(part => this.touchesSecret(part))
    this.known.set(evaluation, touches)
    return touches
  }

  private readsContainer({ node, value }: Evaluation): boolean {
    return isVariable(node) && value !== undefined && holdsSecret(value, this.privacy)
  }
}

function isVariable(node: Evaluation['node']): boolean {
  return variableName(node, undefined) !== undefined
}
