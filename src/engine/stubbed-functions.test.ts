import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { Logic } from '../expression/logic.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { defineFunction } from './define-function.ts'
import { builtInFunctions, functionTable } from './functions/index.ts'
import type { FunctionDescriptor } from './functions-api.ts'
import { type Stubbed, stubbedFunctions } from './stubbed-functions.ts'
import { CallRecord, type StubAnswer } from './stubs.ts'
import { fixedClock, mapTask, run, task, testLimits } from './test-run.ts'
import { compileWorkflow } from './workflow.ts'

/** A call over a connector; a real one fails the test. */
function calling(name: string, retrySafety: FunctionDescriptor['retrySafety']): FunctionDescriptor {
  return defineFunction({
    name,
    category: 'connector',
    summary: name,
    input: Type.Object(
      {
        connector: Type.String(),
        path: Type.Optional(Type.String()),
        path_logic: Type.Optional(Logic('The path')),
        headers: Type.Optional(Type.Record(Type.String(), Logic('A header'))),
        body_logic: Type.Optional(Logic('The body')),
        response_path: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    example: { input: { connector: 'c' }, result: {} },
    retrySafety,
    compile: () => run => {
      run.message.errors.push({ code: 'REAL', message: name, path: null })
      return 200
    },
  })
}

/** What calls do depends on their path. */
const either: FunctionDescriptor = {
  ...calling('either', 'unsafe_write'),
  retrySafetyOf: input => (isObject(input) && input.path === '/read' ? 'read' : 'unsafe_write'),
}

const functions = functionTable([
  ...builtInFunctions,
  calling('send', 'unsafe_write'),
  calling('fetch', 'read'),
  either,
])

interface Stubbing {
  which?: Stubbed
  answer?: StubAnswer | 'nothing'
  maxCalls?: number
  data?: Json
}

function stubbed(tasks: Json[], { which = 'writes', answer, maxCalls = 10, data }: Stubbing = {}) {
  const workflow = compileWorkflow(
    { workflow_id: 'w', name: 'W', priority: 0, condition: true, continue_on_error: false, tasks },
    {
      functions: stubbedFunctions(functions, which),
      limits: testLimits,
      clock: fixedClock,
      secrets: () => ({ value: 'zz-secret' }),
    },
  )
  const stubs = new CallRecord(() => answer, maxCalls)
  const { outcome, message } = run(workflow, { stubs, ...(data !== undefined && { data }) })
  return { outcome, message, stubs }
}

function send(input: JsonObject): JsonObject {
  return task('s', 'send', { connector: 'crm', ...input })
}

describe('stubbed functions', () => {
  test('are those alone whose call with this input writes, but every one over a connector where none may happen', () => {
    const calls = ['/read', '/write'].map(path => task(path, 'either', { connector: 'crm', path }))
    const writes = stubbed(calls, { answer: 'nothing' })
    expect(writes.stubs.calls.map(({ taskId }) => taskId)).toEqual(['/write'])
    expect(writes.message.errors).toMatchObject([{ code: 'REAL' }])
    const all = stubbed(calls, { which: 'connectors', answer: 'nothing' })
    expect(all.stubs.calls.map(({ taskId }) => taskId)).toEqual(['/read', '/write'])
  })

  test('do not make the call, but tell it with the results of its expressions', () => {
    const { message, stubs } = stubbed(
      [
        send({
          path: '/old',
          path_logic: { cat: ['/', { var: 'data.id' }] },
          headers: { a: { var: 'data.id' } },
        }),
      ],
      { answer: 'nothing', data: { id: 7 } },
    )
    expect(message.errors).toEqual([])
    expect(stubs.calls).toEqual([
      {
        function: 'send',
        taskId: 's',
        input: { connector: 'crm', path: '/7', headers: { a: 7 } },
        output: undefined,
      },
    ])
  })

  test('keep the input as it was when the data change later', () => {
    const { stubs } = stubbed([send({ body_logic: { var: 'data' } }), mapTask('later', { 'data.id': 8 })], {
      answer: 'nothing',
      data: { id: 7 },
    })
    expect(stubs.calls[0]?.input).toEqual({ connector: 'crm', body: { id: 7 } })
  })

  test('write what their stub answers where the call says', () => {
    const { message, stubs } = stubbed([send({ response_path: 'data.sent' })], {
      answer: { output: { ok: true } },
    })
    expect(message.context.data).toEqual({ sent: { ok: true } })
    expect(stubs.calls[0]?.output).toBe('data.sent')
  })

  test('write where the function does when the call does not say where', () => {
    const tasks = [task('c', 'channel_call', { channel: 'prices', data: { var: 'data.id' } })]
    const { message, stubs } = stubbed(tasks, { answer: { output: { price: 5 } }, data: { id: 7 } })
    expect(message.context.data).toEqual({ price: 5 })
    expect(stubs.calls).toEqual([
      { function: 'channel_call', taskId: 'c', input: { channel: 'prices', data: 7 }, output: 'data' },
    ])
  })

  test('fail as their stub says', () => {
    const { outcome } = stubbed([send({})], { answer: { error: { message: 'refused' } } })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: 'Function execution error: refused' },
    })
  })

  test('fail without a stub, and say which', () => {
    const { outcome, stubs } = stubbed([send({})])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'NO_STUB', message: 'There is no stub for send, which task "s" calls' },
    })
    expect(stubs.unanswered).toEqual(stubs.calls)
  })

  test('leave reads alone unless all connectors are stubbed', () => {
    const tasks = [task('f', 'fetch', { connector: 'crm' })]
    expect(stubbed(tasks).message.errors).toMatchObject([{ code: 'REAL' }])
    expect(stubbed(tasks, { which: 'connectors', answer: 'nothing' }).message.errors).toEqual([])
  })

  test('leave what is pure alone, and stub what invalidates a cache', () => {
    const tasks = [mapTask('m', { 'data.a': 1 }), task('c', 'cache_invalidate', { namespaces: ['prices'] })]
    const { message, stubs } = stubbed(tasks, { answer: 'nothing' })
    expect(message.context.data).toEqual({ a: 1 })
    expect(stubs.calls.map(call => call.function)).toEqual(['cache_invalidate'])
  })

  test('refuse what the function refuses', () => {
    expect(() => stubbed([send({ bdy: 1 })])).toThrow()
  })

  test('keep no more calls than they may', () => {
    const { stubs } = stubbed([send({}), { ...send({}), id: 's2' }], { answer: 'nothing', maxCalls: 1 })
    expect({ kept: stubs.calls.length, omitted: stubs.omitted }).toEqual({ kept: 1, omitted: 1 })
  })
})

test('a call is kept without the secrets of its input', () => {
  const input = {
    connector: 'c',
    headers: { key: { secret: 'crm' }, both: { cat: ['Bearer ', { secret: 'crm' }] } },
    body_logic: { a: [{ secret: 'crm' }], b: { var: 'data.n' } },
  }
  const { stubs } = stubbed([task('a', 'send', input)], { answer: 'nothing', data: { n: 1 } })
  expect(stubs.calls[0]?.input).toEqual({
    connector: 'c',
    headers: { key: '******', both: 'Bearer ******' },
    body: { a: ['******'], b: 1 },
  })
})
