import { expect, test } from 'bun:test'
import { ExpressionError } from '../expression/expression.ts'
import { EngineError, type EngineErrorKind, toEngineError } from './engine-error.ts'

test.each<[EngineErrorKind, string]>([
  ['Validation', 'Validation error: x'],
  ['FunctionExecution', 'Function execution error: x'],
  ['Workflow', 'Workflow error: x'],
  ['Task', 'Task error: x'],
  ['FunctionNotFound', 'Function not found: x'],
  ['Deserialization', 'Deserialization error: x'],
  ['Io', 'IO error: x'],
  ['LogicEvaluation', 'Logic evaluation error: x'],
  ['Http', 'HTTP error: x'],
  ['Timeout', 'Timeout error: x'],
  ['Unknown', 'Unknown error: x'],
  ['Service', 'x'],
])('an error of kind %s begins with its prefix', (kind, text) => {
  expect(new EngineError(kind, 'x').message).toBe(text)
})

test('an engine error stays what it is', () => {
  const error = new EngineError('Io', 'x', { code: 'OWN' })
  expect(toEngineError(error)).toBe(error)
  expect(error.code).toBe('OWN')
})

test('a rule that fails in a task is a logic error, an exhausted budget has a code of its own', () => {
  const failed = toEngineError(new ExpressionError('InvalidArguments', 'Invalid arguments: NaN'))
  expect([failed.code, failed.message]).toEqual([
    'TASK_ERROR',
    'Logic evaluation error: Invalid arguments: NaN',
  ])
  const exhausted = toEngineError(new ExpressionError('BudgetExceeded', 'Budget exceeded: x'))
  expect([exhausted.code, exhausted.message]).toEqual(['BUDGET_EXCEEDED', 'Budget exceeded: x'])
})

test('a defect keeps its inside as the cause', () => {
  const defect = new TypeError('secret')
  const error = toEngineError(defect)
  expect(error.message).not.toContain('secret')
  expect(error.cause).toBe(defect)
})
