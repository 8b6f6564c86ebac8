import type { Json, JsonObject } from '../../src/std/json.ts'
import type { Client } from './client.ts'
import { channel, workflow } from './samples.ts'

/** Declares a channel of this name that runs these tasks. */
export function declareTasks(
  client: Client,
  name: string,
  tasks: Json,
  config: JsonObject = {},
): Promise<void> {
  return client.declare(workflow(name, tasks), channel(name, { config }))
}
