import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { mapTask, task } from '../test-run.ts'
import { percentage, reaches, together } from './coverage.ts'
import { toldOf, underTest } from './test-case.ts'

const parse = task('parse', 'parse_json', { source: 'payload', target: 'in' })
const big = { '>': [{ var: 'data.in.n' }, 10] }

async function covered(definition: Parameters<typeof underTest>[0], ...inputs: Json[]) {
  const workflow = underTest(definition)
  for (const input of inputs) await toldOf(workflow, { input })
  return workflow.coverage()
}

describe('tasks', () => {
  test('in groups, behind terminal ones and in the setup of a loop all count', async () => {
    const tasks = [
      parse,
      {
        id: 'large',
        condition: big,
        terminal: true,
        tasks: [mapTask('l1', { 'data.x': 1 }), mapTask('l2', { 'data.x': 2 })],
      },
      mapTask('small', { 'data.x': 3 }, { terminal: true }),
      mapTask('never', { 'data.x': 4 }),
    ]
    expect((await covered({ tasks }, { n: 1 })).tasks).toEqual({
      covered: 2,
      total: 5,
      missing: ['l1', 'l2', 'never'],
    })
    expect((await covered({ tasks }, { n: 11 })).tasks).toEqual({
      covered: 3,
      total: 5,
      missing: ['small', 'never'],
    })
    expect((await covered({ tasks }, { n: 1 }, { n: 11 })).tasks.missing).toEqual(['never'])
    const loop = { max: 1, setup: [mapTask('set', { 'data.s': 1 })] }
    expect((await covered({ tasks: [parse], loop }, {})).tasks).toEqual({ covered: 2, total: 2, missing: [] })
  })

  test('that fail or halt ran; those that were skipped did not', async () => {
    const tasks = [
      task('skip', 'filter', { condition: false, on_reject: 'skip' }),
      task('bad', 'parse_xml', { source: 'payload', target: 'x' }, { continue_on_error: true }),
      task('halt', 'filter', { condition: false }),
      mapTask('behind', { 'data.x': 1 }),
    ]
    expect((await covered({ tasks }, {})).tasks.missing).toEqual(['skip', 'behind'])
  })
})

describe('branches', () => {
  const ways = (at: string) => [`${at} never was true`, `${at} never was false`]

  test('are both ways of the conditions of workflow, group, task and filter', async () => {
    const tasks = [
      parse,
      {
        id: 'g',
        condition: { '>': [{ var: 'data.in.n' }, 5] },
        tasks: [mapTask('t', { 'data.x': 1 }, { condition: big })],
      },
      task('f', 'filter', { condition: { '<': [{ var: 'data.in.n' }, 100] } }),
    ]
    const condition = { '!=': [{ var: 'metadata.off' }, true] }
    const whole = { tasks, condition }
    expect((await covered(whole)).branches).toEqual({
      covered: 0,
      total: 8,
      missing: [
        ...ways('condition'),
        ...ways('tasks[1].condition of "g"'),
        ...ways('tasks[1].tasks[0].condition of "t"'),
        ...ways('tasks[2].function.input.condition of "f"'),
      ],
    })
    expect((await covered(whole, { n: 1 })).branches.missing).toEqual([
      'condition never was false',
      'tasks[1].condition of "g" never was true',
      ...ways('tasks[1].tasks[0].condition of "t"'),
      'tasks[2].function.input.condition of "f" never was false',
    ])
    expect((await covered(whole, { n: 1 }, { n: 6 }, { n: 200 })).branches).toMatchObject({
      covered: 7,
      total: 8,
    })
  })

  test('are none where the condition is true as written, and a false one is never true', async () => {
    const tasks = [
      mapTask('a', { 'data.x': 1 }, { condition: true }),
      mapTask('b', { 'data.x': 1 }, { condition: false }),
    ]
    expect((await covered({ tasks }, {})).branches).toEqual({
      covered: 1,
      total: 2,
      missing: ['tasks[1].condition of "b" never was true'],
    })
  })

  test('of a condition that fails or is no boolean are the way of false', async () => {
    const tasks = [parse, mapTask('a', { 'data.x': 1 }, { condition: { '+': [{ var: 'data.in' }, 1] } })]
    expect((await covered({ tasks }, 'x')).branches.missing).toEqual([
      'tasks[1].condition of "a" never was true',
    ])
    expect((await covered({ tasks }, 1)).branches.missing).toEqual([
      'tasks[1].condition of "a" never was true',
    ])
  })

  test('of a condition that a stub and its function both compile count once', async () => {
    const tasks = [task('ask', 'look_up', { condition: { '!': [{ var: 'data.off' }] } })]
    expect((await covered({ tasks }, {})).branches).toEqual({
      covered: 1,
      total: 2,
      missing: ['tasks[0].function.input.condition of "ask" never was false'],
    })
  })

  test('of a loop over an array are elements and none', async () => {
    const loop = { max: 10, over: { var: 'data.in' }, setup: [parse] }
    const whole: { tasks: Json; loop: JsonObject } = { tasks: [mapTask('each', { 'data.x': 1 })], loop }
    expect((await covered(whole, [1, 2])).branches.missing).toEqual(['loop.over never was empty'])
    expect((await covered(whole, [])).branches.missing).toEqual(['loop.over never had elements'])
    expect((await covered(whole, [], [1])).branches).toEqual({ covered: 2, total: 2, missing: [] })
  })
})

describe('shares', () => {
  const part = (covered: number, total: number) => ({ covered, total, missing: [] })

  test('are rounded down, so that 100 means all', () => {
    expect(percentage(part(1999, 2000))).toBe(99.9)
    expect(percentage(part(2, 3))).toBe(66.6)
    expect(percentage(part(0, 0))).toBe(100)
    expect(percentage(together([part(1, 2), part(2, 2)]))).toBe(75)
  })

  test('are compared exactly', () => {
    expect(reaches(part(2, 3), 66.65)).toBe(true)
    expect(reaches(part(2, 3), 66.67)).toBe(false)
    expect(reaches(part(1999, 2000), 100)).toBe(false)
    expect(reaches(part(0, 0), 100)).toBe(true)
  })
})
