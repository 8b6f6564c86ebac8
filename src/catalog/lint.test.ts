import { describe, expect, test } from 'bun:test'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { defaultWorkflowLimits } from '../workflow/limits.ts'
import { knownChannels } from '../workflow/lint/known-channels.ts'
import { kindOf, lintDefinition, lintRules } from './lint.ts'

/** Answers in the language that the caller asks for. */
const greetings: JsonObject = {
  name: 'Greetings',
  tasks: [
    {
      id: 'greet',
      name: 'Greet',
      function: {
        name: 'map',
        input: {
          mappings: [{ path: 'data.language', logic: { var: 'metadata.headers.accept-language' } }],
        },
      },
    },
  ],
}

const needs = {
  functions: functionTable(builtInFunctions),
  limits: defaultWorkflowLimits,
  connectors: new Set(['crm']),
  channels: knownChannels(
    [
      { name: 'prices', workflowId: 'prices' },
      { name: 'pricing', workflowId: 'pricing' },
    ],
    () => [],
  ),
  workflows: new Map([['greetings', greetings]]),
  platformRate: { requestsPerSecond: 100, setBy: 'rate_limit.default_rps' },
}

const ROUTE = { protocol: 'rest', methods: ['POST'], route_pattern: '/orders' }

/** A document with the names, ids and route that are of no matter to the rule. */
function whole(example: unknown): JsonObject {
  if (!isObject(example)) throw new Error('An example is an object')
  const tasks = own(example, 'tasks')
  return {
    name: 'Example',
    ...(kindOf(example) === 'channel' && ROUTE),
    ...example,
    ...(Array.isArray(tasks) && { tasks: tasks.map(named) }),
  }
}

function named(task: Json, at: number): Json {
  const members = isObject(task) ? own(task, 'tasks') : undefined
  return {
    id: `t${at}`,
    ...(members === undefined && { name: 'Task' }),
    ...(isObject(task) && task),
    ...(Array.isArray(members) && { tasks: members.map((member, inner) => named(member, at * 100 + inner)) }),
  }
}

function findings(document: JsonObject) {
  return [...lintDefinition(kindOf(document) ?? 'workflow', document, needs)].flat()
}

describe('each rule finds its example where it says, and nothing in the right one', () => {
  test.each(lintRules.map(rule => [rule.name, rule] as const))('%s', (name, { example }) => {
    const found = findings(whole(example.wrong)).filter(({ rule }) => rule === name)
    expect(found.map(({ path }) => path)).toEqual([example.at])
    expect(found[0]?.expected).toBeString()
    expect(findings(whole(example.right)).filter(({ severity }) => severity === 'warning')).toEqual([])
  })

  test('names are kebab-case, told once, and codes are the same', () => {
    const names = lintRules.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/)
  })
})

test('a field that is known under a longer name is told with it', () => {
  const found = findings({ name: 'W', id: 'orders', tasks: [], tag: 'x' })
  expect(found.filter(({ rule }) => rule === 'unknown-field').map(({ suggestion }) => suggestion)).toEqual([
    'workflow_id',
    'tags',
  ])
})
