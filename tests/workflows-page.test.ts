import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../scripts/root.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { channel } from './harness/samples.ts'

const page = await Bun.file(join(ROOT, 'docs/workflows.md')).text()

/** Workflow, payload and answer of each example, in the order of the page. */
const examples = blocks('workflow').map(
  (workflow, at): [id: string, workflow: JsonObject, payload: Json, data: Json] => [
    String(workflow.workflow_id),
    workflow,
    blocks('payload')[at] ?? null,
    blocks('data')[at] ?? null,
  ],
)

test('docs/workflows.md has examples', () => {
  expect(examples.map(([id]) => id)).toEqual(['greet', 'checked', 'reminder', 'price', 'ledger'])
  expect(page.match(/^```json/gm)).toHaveLength(3 * examples.length)
})

test.each(examples)('%s answers as docs/workflows.md says', async (id, workflow, payload, data) => {
  await using app = await openApp()
  await app.client.declare(workflow, channel(id))
  const answer = await app.client.post(id, payload)
  expect(answer.status).toBe(200)
  expect(answer.at('data')).toEqual(data)
})

function blocks(label: string): JsonObject[] {
  return [...page.matchAll(new RegExp(`^\`\`\`json ${label}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) =>
    JSON.parse(text),
  )
}
