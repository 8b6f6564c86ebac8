import type { Detail } from '../../../../errors.ts'
import { ConnectorError } from '../../../failure.ts'
import type { Dialect, Statement } from '../client.ts'
import { type Placeholders, placeholderProblem, placeholdersOf } from './placeholder-problem.ts'
import { type Purpose, statementProblem } from './statement-problem.ts'

interface Known {
  readonly problem: string | undefined
  readonly placeholders: Placeholders
}

const MAX_KNOWN = 1000

/** Looks at statements before they go to a database; what it saw of a text it remembers. */
export class Gate {
  readonly #dialect: Dialect
  readonly #purpose: Purpose
  readonly #known = new Map<string, Known>()

  constructor(dialect: Dialect, purpose: Purpose) {
    this.#dialect = dialect
    this.#purpose = purpose
  }

  /** `place` is where the statement stands in the input, with a dot behind it. Throws VALIDATION_ERROR. */
  check({ query, params }: Statement, place: string): void {
    const { problem, placeholders } = this.#look(query)
    if (problem !== undefined) throw refused(`${place}query`, problem)
    const wrong = placeholderProblem(placeholders, this.#dialect, params.length)
    if (wrong !== undefined) throw refused(`${place}query`, wrong)
  }

  #look(query: string): Known {
    const kept = this.#known.get(query)
    if (kept !== undefined) return kept
    const [oldest] = this.#known.keys()
    if (this.#known.size >= MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    const known = {
      problem: statementProblem(query, this.#dialect, this.#purpose),
      placeholders: placeholdersOf(query, this.#dialect),
    }
    this.#known.set(query, known)
    return known
  }
}

function refused(path: string, message: string): ConnectorError {
  const detail: Detail = { path, code: 'INVALID_FORMAT', message }
  return new ConnectorError('VALIDATION_ERROR', message, { details: [detail] })
}
