import { OrionError } from '../errors.ts'

/** Gives the error of a statement whose precondition no longer holds. */
export type Superseded = () => OrionError

/**
 * Runs a change that reads, decides and commits; once more when somebody else changed the same rows in between.
 * `what` is quoted in the CONFLICT of a second failure: `workflow 'orders'`.
 */
export async function retryOnce<Result>(
  what: string,
  change: (superseded: Superseded) => Promise<Result>,
): Promise<Result> {
  const raised = new WeakSet<Error>()
  const superseded = () => {
    const error = new OrionError(
      'CONFLICT',
      `Somebody else changes ${what} at this moment; read it and try again`,
    )
    raised.add(error)
    return error
  }
  try {
    return await change(superseded)
  } catch (error) {
    if (!(error instanceof Error && raised.has(error))) throw error
  }
  return change(superseded)
}
