import type { Config } from './schema.ts'

/** Whether the environment's name says that real things depend on this server. */
export function isProduction({ environment }: Config): boolean {
  return environment.toLowerCase().startsWith('prod')
}
