/** Whose rows a repository sees; every table and every key in memory carries it. */
export interface Scope {
  readonly tenant: string
}

export const DEFAULT_SCOPE: Scope = { tenant: 'default' }
