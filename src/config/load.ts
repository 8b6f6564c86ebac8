import { Value } from '@sinclair/typebox/value'
import type { ConfigProblem } from './problem.ts'
import { type Config, ConfigSchema } from './schema.ts'

interface ConfigSource {
  file?: { path: string; text: string }
  env: Readonly<Record<string, string | undefined>>
}

type Loaded = { config: Config; warnings: string[] } | { problems: ConfigProblem[] }

export function loadConfig(_source: ConfigSource): Loaded {
  return { config: Value.Decode(ConfigSchema, Value.Default(ConfigSchema, {})), warnings: [] }
}
