import type { Json, JsonObject } from '../../src/std/json.ts'
import type { App } from './app.ts'
import type { Answer } from './client.ts'

export type Kinds = 'workflows' | 'channels' | 'connectors'

/** What an export answers under `data`. */
export async function exported(
  { client }: Pick<App, 'client'>,
  kinds: Kinds,
  query = '',
): Promise<JsonObject[]> {
  const answer = await client.admin('GET', `${kinds}/export${query}`)
  if (answer.status !== 200) throw new Error(`Cannot export ${kinds}: ${answer.text}`)
  return Object(answer.body).data
}

export function importing(
  { client }: Pick<App, 'client'>,
  kinds: Kinds,
  body: Json,
  query = '',
): Promise<Answer> {
  return client.admin('POST', `${kinds}/import${query}`, body)
}

/** What an import makes anew, and what is a matter of the server that it is on. */
const OF_THE_SERVER = ['version', 'status', 'rollout_percentage', 'created_at', 'updated_at']

/** The definitions as somebody wrote them. */
export function written(definitions: readonly JsonObject[]): JsonObject[] {
  return definitions.map(definition =>
    Object.fromEntries(Object.entries(definition).filter(([field]) => !OF_THE_SERVER.includes(field))),
  )
}
