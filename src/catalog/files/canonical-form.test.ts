import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ROOT } from '../../../scripts/root.ts'
import { writeExactIntegers } from '../../std/exact-integers.ts'
import { isObject, type JsonObject, setOwn } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'
import { canonicalText } from './canonical-form.ts'

function object(text: string): JsonObject {
  const value = parseJson(text)
  if (!isObject(value)) throw new Error('not an object')
  return value
}

writeExactIntegers()

describe('the canonical form', () => {
  test('has the fields in their order, without what holds anyway', () => {
    const text = canonicalText('workflow', {
      tags: [],
      tasks: [{ id: 'a', name: 'A', function: { name: 'log', input: { message: 'x' } } }],
      condition: true,
      priority: 0,
      description: null,
      loop: null,
      status: 'active',
      owner: 'us',
      continue_on_error: false,
      name: 'Orders',
      $schema: 'elsewhere',
      workflow_id: 'orders',
    })
    expect(text).toBe(`{
  "$schema": "../schemas/workflow.json",
  "workflow_id": "orders",
  "name": "Orders",
  "tasks": [{ "id": "a", "name": "A", "function": { "name": "log", "input": { "message": "x" } } }],
  "owner": "us"
}
`)
  })

  test('keeps what says something', () => {
    const said = { workflow_id: 'w', name: 'w', priority: 1, condition: false, tasks: [], status: 'draft' }
    expect(object(canonicalText('workflow', said))).toEqual({ $schema: '../schemas/workflow.json', ...said })
  })

  test('writes what can be written in several ways in one', () => {
    const channel = {
      channel_id: 'c',
      name: 'c',
      channel_type: 'SYNC',
      protocol: 'Rest',
      methods: ['post'],
      config: { timeout_ms: null },
      transport_config: {},
    }
    expect(object(canonicalText('channel', channel))).toEqual({
      $schema: '../schemas/channel.json',
      channel_id: 'c',
      name: 'c',
      channel_type: 'sync',
      protocol: 'rest',
      methods: ['POST'],
    })
    const connector = { connector_type: 'HTTP', enabled: true, name: 'shop', config: {} }
    expect(canonicalText('connector', connector)).toBe(
      '{\n  "$schema": "../schemas/connector.json",\n  "name": "shop",\n  "connector_type": "http"\n}\n',
    )
  })

  test('keeps numbers exactly, the order of inner keys, and keys of any name', () => {
    const inner =
      '{ "z": 12345678901234567890, "a": 0.1, "__proto__": 1e+100, "constructor": -9007199254740993 }'
    const text = canonicalText('workflow', object(`{"condition": ${inner}, "__proto__": 1, "tasks": 7}`))
    expect(text).toContain('"z": 12345678901234567890,\n    "a": 0.1,\n    "__proto__": 1e+100,\n')
    expect(text).toContain('"constructor": -9007199254740993')
    expect(text).toEndWith('\n  "__proto__": 1\n}\n')
  })

  test.each([...new Bun.Glob('examples/{workflows,channels}/*.json').scanSync({ cwd: ROOT })].sort())(
    'of %s is at rest, and says the same',
    async path => {
      const definition = object(await Bun.file(`${ROOT}/${path}`).text())
      const kind = path.startsWith('examples/workflows') ? 'workflow' : 'channel'
      const text = canonicalText(kind, definition)
      expect(object(text)).toEqual({ $schema: `../schemas/${kind}.json`, ...definition })
      expect(canonicalText(kind, object(text))).toBe(text)
    },
  )

  test('is the same when it is made again, and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.string(), (value, field) => {
        const definition: JsonObject = { name: 'x', tasks: object(JSON.stringify({ value })) }
        setOwn(definition, `x${field}`, object(JSON.stringify({ value })))
        const text = canonicalText('workflow', definition)
        expect(canonicalText('workflow', object(text))).toBe(text)
        expect(object(text)).toEqual(
          object(JSON.stringify({ ...definition, $schema: '../schemas/workflow.json' })),
        )
      }),
    )
  })
})
