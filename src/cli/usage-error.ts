/** A command line that makes no sense, found by the command itself; the exit code tells. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
