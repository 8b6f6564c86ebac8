import { describe, expect, test } from 'bun:test'
import { run } from './test-terminal.ts'

const CANONICAL = `{
  "$schema": "../schemas/workflow.json",
  "workflow_id": "orders",
  "name": "Orders",
  "tasks": [{ "id": "n", "name": "N", "function": { "name": "log", "input": {} } }]
}
`
const UGLY = `{"tasks":[{"id":"n","name":"N","function":{"name":"log","input":{}}}],
 "priority":0, "name":"Orders", "workflow_id":"orders"}`
const CONNECTOR =
  '{"name": "crm", "connector_type": "HTTP", "config": {"max_response_size": 12345678901234567890, "x": 1.50}}'

describe('fmt', () => {
  test('writes what is not in canonical form, names it, and is then at rest', async () => {
    const files = { 'd/workflows/orders.json': UGLY, 'd/connectors/crm.json': CONNECTOR, 'd/README.md': 'x' }
    const first = await run(['fmt', 'd'], { files })
    expect(first).toMatchObject({ code: 0, out: 'd/connectors/crm.json\nd/workflows/orders.json\n', err: '' })
    expect(first.written).toEqual({
      'd/connectors/crm.json': `{
  "$schema": "../schemas/connector.json",
  "name": "crm",
  "connector_type": "http",
  "config": { "max_response_size": 12345678901234567890, "x": 1.5 }
}
`,
      'd/workflows/orders.json': CANONICAL,
    })
    const again = { files: { ...files, ...first.written } }
    expect(await run(['fmt', 'd'], again)).toMatchObject({ code: 0, out: '', err: '', written: {} })
    expect(await run(['fmt', '--check', 'd'], again)).toMatchObject({ code: 0, out: '', err: '' })
  })

  test('--check writes nothing and is 1 when something would be written', async () => {
    const files = { 'd/workflows/orders.json': UGLY }
    expect(await run(['fmt', 'd', '--check'], { files })).toMatchObject({
      code: 1,
      out: 'd/workflows/orders.json\n',
      written: {},
    })
  })

  test('a broken file is told with its place and left alone, the others are written', async () => {
    const files = {
      'd/workflows/orders.json': UGLY,
      'd/workflows/twice.json': '{"workflow_id": "twice",\n  "name": "a", "name": "b", "tasks": []}',
    }
    const { code, out, err, written } = await run(['fmt', 'd'], { files })
    expect([code, out, Object.keys(written)]).toEqual([
      1,
      'd/workflows/orders.json\n',
      ['d/workflows/orders.json'],
    ])
    expect(err).toStartWith(
      'd/workflows/twice.json:2:16: error: this key is there twice\n  2 |   "name": "a", "name": "b", "tasks": []}\n',
    )
  })

  test('--json tells programs', async () => {
    const files = { 'd/workflows/orders.json': UGLY, 'd/channels/c.json': '{' }
    const { code, out, err } = await run(['fmt', '--check', '--json', 'd'], { files })
    expect([code, err]).toEqual([1, ''])
    expect(JSON.parse(out)).toMatchObject({
      changed: ['d/workflows/orders.json'],
      errors: [{ file: 'd/channels/c.json', line: 1, column: 2, code: 'INVALID_JSON' }],
    })
  })

  test('wants one folder that is there', async () => {
    expect((await run(['fmt'])).code).toBe(2)
    expect((await run(['fmt', 'a', 'b'])).code).toBe(2)
    expect(await run(['fmt', 'nowhere'])).toMatchObject({
      code: 1,
      err: 'Error: Cannot read the folder "nowhere"\n  Caused by: ENOENT: no such file: nowhere\n',
    })
  })
})
