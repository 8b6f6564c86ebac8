import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { builtInFunctions, functionTable } from '../functions/index.ts'
import { createMessage } from '../new-message.ts'
import { runWorkflows } from '../run.ts'
import { fixedClock, mapTask, task, testLimits } from '../test-run.ts'
import { type ExplainedTask, explainedRun } from './explained-run.ts'

const functions = functionTable(builtInFunctions)

function explained(definition: JsonObject, data: Json = {}, maxChars = 100_000) {
  const { tasks = [], condition = true, loop, continue_on_error } = definition
  const run = explainedRun(
    {
      workflow_id: 'w',
      name: 'W',
      priority: 0,
      tasks,
      condition,
      loop,
      continue_on_error: continue_on_error === true,
    },
    { functions, limits: testLimits, clock: fixedClock },
    { maxChars },
  )
  const outcome = runWorkflows([run.workflow], createMessage({ id: 'm', payload: null, data }), {
    clock: fixedClock,
    log: { enabled: () => false, write: () => undefined },
    invalidate: () => [],
    messageOpsBudget: testLimits.messageOpsBudget,
    capture: false,
    observer: run.observer,
  })
  return { outcome, ...run.explanation() }
}

/** `task result: where = what came of it` */
function lines(steps: readonly ExplainedTask[]): string[] {
  return steps.map(({ task_id, result, loop_counter, explain }) => {
    const sweep = loop_counter === undefined ? '' : `#${loop_counter}`
    const told = explain.map(({ at, owner, result: value, error }) => {
      const came = error === undefined ? JSON.stringify(value) : error.type
      return `${at}${owner === undefined ? '' : ` of ${owner}`} = ${came}`
    })
    return `${task_id}${sweep} ${result}: ${told.join(', ')}`
  })
}

describe('an explained run', () => {
  test('tells of groups with the first task that they let in, or keep out', () => {
    const group = (id: string, condition: Json, tasks: Json) => ({ id, condition, tasks })
    const { steps } = explained(
      {
        tasks: [
          group('in', { var: 'data.yes' }, [
            mapTask('a', { 'data.a': 1 }),
            group('deep', { '!': { var: 'data.yes' } }, [
              mapTask('b', { 'data.b': 1 }),
              mapTask('c', { 'data.c': 1 }),
            ]),
          ]),
          group('out', { var: 'data.no' }, [mapTask('d', { 'data.d': 1 })]),
        ],
      },
      { yes: true },
    )
    expect(lines(steps)).toEqual([
      'a executed: tasks[0].condition of in = true, tasks[0].tasks[0].function.input.mappings[0].logic of a = 1',
      'b skipped: tasks[0].tasks[1].condition of deep = false',
      'c skipped: ',
      'd skipped: tasks[1].condition of out = null',
    ])
  })

  test('tells of a loop sweep by sweep, and of what ended it', () => {
    const { steps, matched } = explained(
      {
        loop: { max: 9, counter: 'i', over: { var: 'data.list' }, as: 'it' },
        condition: { '!': [{ '>': [{ var: 'temp_data.it' }, 1] }] },
        tasks: [mapTask('m', { 'data.sum': { '+': [{ var: 'data.sum' }, { var: 'temp_data.it' }] } })],
      },
      { list: [1, 0, 5, 1] },
    )
    expect(matched).toBe(true)
    const mapping = 'tasks[0].function.input.mappings[0].logic of m'
    expect(lines(steps)).toEqual([
      `m#0 executed: condition = true, loop.over = [1,0,5,1], condition = true, ${mapping} = 1`,
      `m#1 executed: condition = true, ${mapping} = 1`,
      'null ended: condition = false',
    ])
  })

  test('tells of the setup of a loop', () => {
    const { steps } = explained({
      loop: { max: 1, counter: 'i', setup: [mapTask('s', { 'data.s': { '+': [1, { var: 'data.n' }] } })] },
      tasks: [mapTask('m', { 'data.m': 1 })],
    })
    expect(lines(steps)[0]).toBe('s executed: loop.setup[0].function.input.mappings[0].logic of s = 1')
  })

  test('tells of an array of a loop that is none', () => {
    const over = { var: 'data.nope' }
    const { steps, matched } = explained({
      loop: { max: 9, over, as: 'it' },
      tasks: [mapTask('m', { 'data.m': 1 })],
    })
    expect(lines(steps)).toEqual(['null loop_failed: loop.over = null'])
    expect(matched).toBe(false)
  })

  test('tells of failed sweeps that the loop goes on after', () => {
    const { steps } = explained(
      {
        continue_on_error: true,
        loop: { max: 9, over: { var: 'data.list' }, as: 'it' },
        tasks: [mapTask('m', { 'data.m': { '*': [{ var: 'temp_data.it' }, 2] } })],
      },
      { list: ['x', 2] },
    )
    const mapping = 'tasks[0].function.input.mappings[0].logic of m'
    expect(lines(steps)).toEqual([
      `m#0 failed: loop.over = ["x",2], ${mapping} = NaN`,
      `m#1 executed: ${mapping} = 4`,
    ])
  })

  test('tells of computed paths, and of a mapping that removes nothing', () => {
    const mappings = [
      { path: { cat: ['data.', { var: 'data.k' }] }, logic: 'v' },
      { path: 'data.k', unset: true },
    ]
    const { steps } = explained({ tasks: [task('m', 'map', { mappings })] }, { k: 'x' })
    const at = 'tasks[0].function.input.mappings[0]'
    expect(lines(steps)).toEqual([`m executed: ${at}.logic of m = "v", ${at}.path of m = "data.x"`])
  })

  test('has not matched when its own condition refuses it', () => {
    const { matched, steps } = explained({
      condition: { var: 'data.on' },
      tasks: [mapTask('m', { 'data.a': 1 })],
    })
    expect(matched).toBe(false)
    expect(lines(steps)).toEqual(['null skipped: condition = null'])
  })

  test('of many sweeps is bounded, and counts what is left out', () => {
    const counted = {
      loop: { max: 2000, counter: 'i' },
      tasks: [mapTask('m', { 'data.s': { '+': [{ var: 'temp_data.i' }, 1] } })],
    }
    const { outcome, steps, omitted } = explained(counted, {}, 10_000)
    expect(outcome).toEqual({ status: 'ok' })
    expect(steps).toHaveLength(1000)
    expect(JSON.stringify(steps).length).toBeLessThan(150_000)
    expect(omitted).toBeGreaterThan(2000)
  })
})
