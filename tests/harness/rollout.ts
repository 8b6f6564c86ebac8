import type { JsonObject } from '../../src/std/json.ts'
import type { Answer, Client } from './client.ts'
import { channel, mapTask, workflow } from './samples.ts'

/** Tasks that answer `data.by` with the version, in two places that a mixed answer would tell apart. */
export function answeringTasks(version: number): JsonObject[] {
  return [mapTask('a', { 'data.by': version }), mapTask('b', { 'data.too': version })]
}

/** Version 1 of workflow and channel `w`, active; leaves no traces. */
export async function declareFirst(client: Client, config: JsonObject = {}): Promise<void> {
  await client.declare(
    workflow('w', answeringTasks(1)),
    channel('w', { config: { tracing: { mode: 'off' }, ...config } }),
  )
}

/** The next version of `w` as a draft. */
export async function draft(client: Client, version: number, tasks = answeringTasks(version)): Promise<void> {
  await client.admin('POST', 'workflows/w/versions')
  await client.admin('PUT', 'workflows/w', { tasks })
}

export function activate(client: Client, rollout_percentage: number): Promise<Answer> {
  return client.admin('PATCH', 'workflows/w/status', { status: 'active', rollout_percentage })
}

export function share(client: Client, rollout_percentage: number): Promise<Answer> {
  return client.admin('PATCH', 'workflows/w/rollout', { rollout_percentage })
}

/** `VERSION STATUS SHARE` of each, newest first. */
export async function versions(client: Client): Promise<string[]> {
  const rows = (await client.admin('GET', 'workflows/w/versions')).at('data')
  if (!Array.isArray(rows)) return []
  return rows.map(Object).map(row => `${row.version} ${row.status} ${row.rollout_percentage}`)
}

/** The version that answered, as the answer itself and its header say it; throws unless they agree. */
export function answeredBy(answer: Answer): number {
  const said = [
    answer.headers.get('x-orion-workflow-version'),
    `${answer.at('data.by')}`,
    `${answer.at('data.too')}`,
  ]
  if (answer.status !== 200 || new Set(said).size !== 1)
    throw new Error(`${answer.status} ${said} ${answer.text}`)
  return Number(said[0])
}
