import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { compiled, custom, mapTask, run, task } from './test-run.ts'
import { recordTrace } from './trace-recorder.ts'
import type { WorkflowDefinition } from './workflow.ts'

const broken = { '+': ['x', 1] }
const OK = { status: 'ok' } as const

/** A task that adds its id to the list `data.log`. */
function note(id: string, extra: JsonObject = {}): JsonObject {
  return task(id, 'map', { mappings: [{ path: 'data.log', logic: id, mode: 'append' }] }, extra)
}

function group(id: string, tasks: Json[], extra: JsonObject = {}): JsonObject {
  return { id, tasks, ...extra }
}

/** Ids of the tasks that wrote, and the outcome. */
function ran(tasks: Json, definition: Partial<WorkflowDefinition> = {}, next: Json = [note('next')]) {
  const second = compiled(next, { workflow_id: 'w2' })
  const { outcome, message } = run([compiled(tasks, definition), second])
  const { data } = message.context
  return {
    outcome,
    log: data !== null && typeof data === 'object' && !Array.isArray(data) ? data.log : null,
    message,
  }
}

describe('groups', () => {
  test('run what is in them, in order, when their condition holds', () => {
    expect(
      ran([note('a'), group('g', [note('b'), group('h', [note('c')])], { condition: { '==': [1, 1] } })]).log,
    ).toEqual(['a', 'b', 'c', 'next'])
  })

  test.each<[Json]>([[false], [1], ['yes'], [null], [{ var: 'data.none' }], [broken]])(
    'with the condition %j are passed with all that is in them',
    condition => {
      const { outcome, log } = ran([
        group('g', [note('a'), group('h', [note('b')])], { condition }),
        note('c'),
      ])
      expect(outcome).toEqual(OK)
      expect(log).toEqual(['c', 'next'])
    },
  )

  test('ask their condition once, on entry', () => {
    const open = { var: 'data.open' }
    const inside = [mapTask('close', { 'data.open': false }), note('still')]
    const tasks = [
      mapTask('s', { 'data.open': true }),
      group('g', inside, { condition: open }),
      group('h', [note('no')], { condition: open }),
    ]
    expect(ran(tasks).log).toEqual(['still', 'next'])
  })

  test('show each task that they pass in a trace, and none of their own', () => {
    const trace = recordTrace()
    const inner = group('h', [note('b'), note('c')], { terminal: true })
    run(compiled([group('g', [note('a'), inner], { condition: false }), note('d')]), { observer: trace })
    expect(trace.steps.map(step => `${step.task_id} ${step.result}`)).toEqual([
      'a skipped',
      'b skipped',
      'c skipped',
      'd executed',
    ])
  })

  test('whose condition exhausts a budget fail the run, and are named', () => {
    const condition = { all: [{ var: 'data.l' }, true] }
    const { outcome, message } = run(
      compiled([group('g', [note('a')], { condition })], { continue_on_error: true }),
      {
        data: { l: [1, 1, 1] },
        messageOpsBudget: 1,
      },
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
    expect(message.errors[0]).toMatchObject({
      task_id: 'g',
      message: expect.stringMatching(/^The condition of group g failed: /),
    })
  })

  test('are seen by what a workflow reads', () => {
    expect(compiled([group('g', [note('a')], { condition: { var: 'metadata.headers.x' } })]).reads).toEqual([
      'metadata.headers.x',
      'data.log',
    ])
  })
})

describe('terminal', () => {
  test('ends this workflow after the task, not the next one', () => {
    expect(ran([note('a', { terminal: true }), note('b')]).log).toEqual(['a', 'next'])
    expect(ran([group('g', [note('a', { terminal: true }), note('b')]), note('c')]).log).toEqual([
      'a',
      'next',
    ])
  })

  test('of a group ends the workflow behind it, however deep it stands', () => {
    const inner = group('h', [note('a'), note('b')], { terminal: true })
    expect(ran([group('g', [inner, note('c')]), note('d')]).log).toEqual(['a', 'b', 'next'])
  })

  test('of a group that was entered ends the workflow, even when nothing in it ran', () => {
    const tasks = [group('g', [note('a', { condition: false })], { terminal: true }), note('b')]
    expect(ran(tasks).log).toEqual(['next'])
  })

  test('of what was skipped ends nothing', () => {
    expect(ran([note('a', { terminal: true, condition: false }), note('b')]).log).toEqual(['b', 'next'])
    expect(ran([group('g', [note('a')], { terminal: true, condition: false }), note('b')]).log).toEqual([
      'b',
      'next',
    ])
    const skip = task('f', 'filter', { condition: false, on_reject: 'skip' }, { terminal: true })
    expect(ran([skip, note('b')]).log).toEqual(['b', 'next'])
  })

  test('ends the workflow after a failure that the task lets pass, and keeps its status', () => {
    for (const failing of [
      mapTask('a', { 'data.x': broken }, { terminal: true, continue_on_error: true }),
      task('a', 'publish_json', { source: 'none', target: 'x' }, { terminal: true, continue_on_error: true }),
    ]) {
      const { outcome, log, message } = ran([failing, note('b')])
      expect(outcome).toEqual(OK)
      expect(log).toEqual(['next'])
      expect(message.audit_trail.map(entry => entry.status)).toEqual([500, 200])
    }
  })

  test('does not hide a failure', () => {
    const { outcome, log } = ran([mapTask('a', { 'data.x': broken }, { terminal: true }), note('b')])
    expect(outcome).toMatchObject({ status: 'failed' })
    expect(log).toBeUndefined()
  })

  test('shows its task in a trace', () => {
    const trace = recordTrace()
    run(compiled([note('a', { terminal: true }), note('b')]), { observer: trace })
    expect(trace.steps.map(step => `${step.task_id} ${step.result}`)).toEqual(['a executed'])
  })
})

describe('halt_on failure', () => {
  const check = (rule: Json, extra: JsonObject = {}) =>
    task('check', 'validation', { rules: [{ logic: rule, message: 'no' }] }, { halt_on: 'failure', ...extra })

  test('ends this workflow at a status of 400 or more, which stays', () => {
    const { outcome, log, message } = ran([group('g', [check(false), note('a')]), note('b')])
    expect(outcome).toEqual(OK)
    expect(log).toEqual(['next'])
    expect(message.audit_trail[0]).toMatchObject({ task_id: 'check', status: 400 })
  })

  test.each([400, 404, 499])('counts %p as a failure', code => {
    const functions = [custom('ends', () => code)]
    const tasks = [task('a', 'ends', {}, { halt_on: 'failure' }), note('b')]
    expect(run(compiled(tasks, {}, { functions })).message.context.data).toEqual({})
  })

  test.each([200, 399])('does not count %p as one', code => {
    const functions = [custom('ends', () => code)]
    const tasks = [task('a', 'ends', {}, { halt_on: 'failure' }), note('b')]
    expect(run(compiled(tasks, {}, { functions })).message.context.data).toEqual({ log: ['b'] })
  })

  test('lets success and what was skipped pass', () => {
    const skip = task('f', 'filter', { condition: false, on_reject: 'skip' }, { halt_on: 'failure' })
    expect(ran([check(true), skip, note('a')]).log).toEqual(['a', 'next'])
    expect(ran([check(false, { condition: false }), note('a')]).log).toEqual(['a', 'next'])
    expect(ran([check(false, { halt_on: 'never' }), note('a')]).log).toEqual(['a', 'next'])
  })

  test('ends the workflow well when the task may fail', () => {
    const failing = mapTask('a', { 'data.x': broken }, { halt_on: 'failure', continue_on_error: true })
    const { outcome, log, message } = ran([failing, note('b')])
    expect(outcome).toEqual(OK)
    expect(log).toEqual(['next'])
    expect(message.errors.map(entry => entry.code)).toEqual(['TASK_STATUS_ERROR'])
  })
})
