import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, logTask, mapTask, parseTask, task, workflow } from './harness/samples.ts'

async function openPipeline(tasks: Json, rest: JsonObject = {}) {
  const app = await openApp()
  await app.client.declare(workflow('p', tasks, rest), channel('p'))
  return app
}

const FAILS: Json = { throw: 'broken' }

describe('a pipeline', () => {
  test('parses, maps and logs', async () => {
    await using app = await openPipeline([
      parseTask('order'),
      mapTask('tax', { 'data.order.total': { '*': [{ var: 'data.order.amount' }, 1.1] } }),
      logTask({ cat: ['total ', { var: 'data.order.total' }] }, 'info'),
    ])
    const answer = await app.client.post('p', { amount: 100 })
    expect(answer.at('data.order.total')).toBeCloseTo(110)
    expect((await app.log()).filter(line => line.includes('total 110'))).toHaveLength(1)
  })

  test('stops at a filter that rejects, and answers 200', async () => {
    await using app = await openPipeline([
      parseTask('order'),
      task('filter', { condition: { '>': [{ var: 'data.order.amount' }, 50] } }),
      mapTask('after', { 'data.accepted': true }),
    ])
    expect((await app.client.post('p', { amount: 100 })).at('data.accepted')).toBe(true)
    const rejected = await app.client.post('p', { amount: 10 })
    expect([rejected.status, rejected.at('data'), rejected.at('errors')]).toEqual([
      200,
      { order: { amount: 10 } },
      [],
    ])
  })

  test('goes on after a filter that skips', async () => {
    await using app = await openPipeline([
      task('filter', { condition: false, on_reject: 'skip' }),
      mapTask('after', { 'data.reached': true }),
    ])
    expect((await app.client.post('p', {})).at('data')).toEqual({ reached: true })
  })

  test('hands what one task wrote to the next', async () => {
    await using app = await openPipeline([
      parseTask('in'),
      mapTask('one', { 'temp_data.sum': { '+': [{ var: 'data.in.a' }, { var: 'data.in.b' }] } }),
      mapTask('two', { 'data.doubled': { '*': [{ var: 'temp_data.sum' }, 2] } }),
    ])
    expect((await app.client.post('p', { a: 1, b: 2 })).at('data')).toEqual({
      in: { a: 1, b: 2 },
      doubled: 6,
    })
  })

  test('runs each task on its own condition, which is exactly true or not met', async () => {
    const when = (name: string, condition: Json) => mapTask(name, { [`data.${name}`]: true }, { condition })
    await using app = await openPipeline([
      parseTask('in'),
      when('high', { '>': [{ var: 'data.in.level' }, 5] }),
      when('low', { '<=': [{ var: 'data.in.level' }, 5] }),
      when('truthy', 1),
      when('text', 'yes'),
      when('broken', { throw: 'x' }),
      when('always', true),
    ])
    expect((await app.client.post('p', { level: 9 })).at('data')).toEqual({
      in: { level: 9 },
      high: true,
      always: true,
    })
    expect((await app.client.post('p', { level: 1 })).at('data')).toEqual({
      in: { level: 1 },
      low: true,
      always: true,
    })
  })

  test('does nothing when the condition of the workflow is not exactly true', async () => {
    await using app = await openPipeline([mapTask('m', { 'data.ran': true })], {
      condition: { '==': [1, 2] },
    })
    expect((await app.client.post('p', { a: 1 })).body).toMatchObject({ status: 'ok', data: {}, errors: [] })
  })

  test('without parse_json sees no input', async () => {
    await using app = await openPipeline([mapTask('m', { 'data.seen': { var: 'payload.a' }, 'data.x': 1 })])
    expect((await app.client.post('p', { a: 1 })).at('data')).toEqual({ x: 1 })
  })
})

describe('a task that fails', () => {
  test('ends the run with 500, a failed trace and nothing of the inner text', async () => {
    await using app = await openPipeline([mapTask('m', { 'data.x': FAILS }), mapTask('n', { 'data.y': 1 })])
    const answer = await app.client.post('p', {})
    expectEnvelope(answer, 500, 'ENGINE_ERROR')
    expect(answer.at('error.message')).toBe('An internal engine error occurred')
    const trace = (await app.client.request('GET', '/api/v1/data/traces')).at('data.0')
    expect(trace).toMatchObject({
      status: 'failed',
      error_message:
        'Task error: Task m failed with status 500: the mapping to "data.x" failed: Thrown: {"type":"broken"}',
      result_json: expect.stringContaining('"status":"failed","data":{}'),
    })
  })

  test('with continue_on_error of its own lets the next one run', async () => {
    await using app = await openPipeline([
      mapTask('m', { 'data.x': FAILS }, { continue_on_error: true }),
      mapTask('n', { 'data.y': 1 }),
    ])
    const answer = await app.client.post('p', {})
    expect([answer.status, answer.at('status'), answer.at('data')]).toEqual([200, 'ok', { y: 1 }])
    expect(answer.at('errors')).toMatchObject([
      {
        code: 'TASK_STATUS_ERROR',
        message: 'Task m returned status 500',
        path: null,
        task_id: 'm',
        workflow_id: 'p',
      },
    ])
  })

  test('with continue_on_error of the workflow answers 200, but ends it', async () => {
    await using app = await openPipeline([mapTask('m', { 'data.x': FAILS }), mapTask('n', { 'data.y': 1 })], {
      continue_on_error: true,
    })
    const answer = await app.client.post('p', {})
    expect([answer.status, answer.at('data')]).toEqual([200, {}])
    expect(answer.at('errors')).toMatchObject([
      { code: 'TASK_STATUS_ERROR' },
      { code: 'WORKFLOW_ERROR', workflow_id: 'p' },
    ])
  })
})

test('a validation that fails is told in errors, and the workflow goes on', async () => {
  await using app = await openPipeline([
    parseTask('in'),
    task('validation', {
      rules: [
        { logic: { '>': [{ var: 'data.in.age' }, 17] }, message: 'too young' },
        { logic: { '!!': [{ var: 'data.in.name' }] }, message: 'name is missing' },
      ],
    }),
    mapTask('after', { 'data.checked': true }),
  ])
  const good = await app.client.post('p', { age: 30, name: 'Ann' })
  expect([good.at('errors'), good.at('data.checked')]).toEqual([[], true])
  const bad = await app.client.post('p', { age: 5 })
  expect([bad.status, bad.at('data.checked')]).toEqual([200, true])
  expect(bad.at('errors')).toMatchObject([
    { code: 'VALIDATION_ERROR', message: 'too young', path: null },
    { code: 'VALIDATION_ERROR', message: 'name is missing', path: null },
  ])
})

test('parse_xml of something that is no text is 400', async () => {
  await using app = await openPipeline([task('parse_xml', { source: 'payload', target: 'doc' })])
  const answer = await app.client.post('p', { not: 'a text' })
  expectEnvelope(answer, 400, 'VALIDATION_ERROR')
  expect((await app.client.post('p', '<a><b>1</b></a>')).at('data.doc')).toEqual({ b: { $text: '1' } })
})
