import { type Detail, OrionError } from '../errors.ts'
import { ExpressionError } from '../expression/expression.ts'

/** Gathers the problems of a compilation, so that its author hears of all of them. */
export class Attempt {
  readonly problems: Detail[] = []
  /** Path of what is compiled at the moment. */
  around = ''

  /** Runs one step of it; what the author can mend becomes a problem at `path`, anything else is thrown on. */
  at<T>(path: string, step: () => T): T | undefined {
    this.around = path
    try {
      return step()
    } catch (error) {
      if (error instanceof ExpressionError) {
        this.problems.push({ path, code: 'INVALID_LOGIC', message: error.message })
      } else if (error instanceof OrionError && error.details !== undefined) {
        for (const detail of error.details) {
          this.problems.push({ ...detail, path: detail.path === '' ? path : `${path}.${detail.path}` })
        }
      } else {
        throw error
      }
      return undefined
    }
  }
}
