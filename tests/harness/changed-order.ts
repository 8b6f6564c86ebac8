import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { isObject, type Json, type JsonObject } from '../../src/std/json.ts'

/** The order workflow of README.md and its channel, as they are declared there. */
export async function readmeOrders(): Promise<{ workflow: JsonObject; channel: JsonObject }> {
  const text = await Bun.file(join(ROOT, 'README.md')).text()
  const bodies: JsonObject[] = [...text.matchAll(/-d '(\{\n[^']*\})'/g)].map(([, body = '']) =>
    JSON.parse(body),
  )
  const workflow = bodies.find(body => body.workflow_id === 'orders' && 'tasks' in body)
  const channel = bodies.find(body => body.channel_id === 'orders')
  if (workflow === undefined || channel === undefined) throw new Error('README.md declares no orders')
  return { workflow, channel }
}

/** The tasks with one number in them replaced by another. */
export function withThreshold(tasks: Json, from: number, to: number): Json {
  if (tasks === from) return to
  if (Array.isArray(tasks)) return tasks.map(item => withThreshold(item, from, to))
  if (!isObject(tasks)) return tasks
  const entries = Object.entries(tasks).map(
    ([key, member]) => [key, withThreshold(member, from, to)] as const,
  )
  return Object.fromEntries(entries)
}
