import { expect, test } from 'bun:test'
import { OrionError } from '../../errors.ts'
import { builtInFunctions, functionTable } from '../functions/index.ts'
import { mapTask, task, testLimits } from '../test-run.ts'
import { failuresOf } from './expectations.ts'
import { toldOf, underTest } from './test-case.ts'
import { WorkflowCases } from './workflow-cases.ts'

test('a case changes nothing for the next one: not its input, its metadata or its stubs', async () => {
  const workflow = underTest({
    tasks: [
      task('parse', 'parse_json', { source: 'payload', target: 'in' }),
      task('ask', 'look_up', { connector: 'crm', output: 'data.answer' }),
      mapTask('write', {
        'data.in.list.0.n': { '+': [{ var: 'data.in.list.0.n' }, 1] },
        'data.answer.n': { '+': [{ var: 'data.answer.n' }, 1] },
        'metadata.headers.n': { '+': [{ var: 'metadata.headers.n' }, 1] },
      }),
    ],
  })
  const written = {
    input: { list: [{ n: 1 }] },
    metadata: { headers: { n: 1 } },
    stubs: { look_up: { crm: { n: 1 } } },
    expect: { 'data.in.list': [{ n: 2 }], 'data.answer': { n: 2 }, 'metadata.headers': { n: 2 } },
  }
  expect(await toldOf(workflow, written)).toEqual([])
  expect(await toldOf(workflow, written)).toEqual([])
})

test('a run that takes too long is the error TIMEOUT', async () => {
  let nowMs = 0
  const workflow = new WorkflowCases(
    {
      workflow_id: 'w',
      name: 'W',
      priority: 0,
      condition: true,
      continue_on_error: false,
      tasks: [mapTask('a', { 'data.a': 1 }), mapTask('b', { 'data.b': 1 })],
    },
    {
      functions: functionTable(builtInFunctions),
      limits: testLimits,
      // Every look at the clock takes a second.
      clock: { now: () => 0, monotonic: () => (nowMs += 1000) },
      timeoutMs: 1500,
    },
  )
  const one = { name: 'c', workflow: 'w', expect_errors: ['TIMEOUT'], expect: { data: { a: 1 } } }
  const run = await workflow.run(one, new Map())
  expect(run.outcome).toEqual({ status: 'timeout' })
  expect(failuresOf(one, run)).toEqual([])
  expect(failuresOf({ ...one, expect_errors: [] }, run)).toMatchObject([
    { message: 'unexpected error TIMEOUT: The run took longer than 1500 ms' },
  ])
})

test('a workflow that is wrong is refused with its problems', () => {
  expect(() => underTest({ tasks: [task('a', 'look_up', { conector: 'crm' })] })).toThrow(OrionError)
})
