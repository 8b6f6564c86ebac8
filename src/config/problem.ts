/** One mistake in the configuration. */
export interface ConfigProblem {
  /** `orion.toml:3:8`, or the name of an environment variable; empty when it is in what nobody wrote. */
  readonly where: string
  /** What is wrong and what would be right; never a secret. */
  readonly message: string
}

export function problemLine({ where, message }: ConfigProblem): string {
  return where === '' ? message : `${where}: ${message}`
}
