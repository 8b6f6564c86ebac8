import { describe, expect, test } from 'bun:test'
import { innerPath, jsonPositions, outerPath, pathWithin } from './json-positions.ts'

const text = `{
  "name": "Ünïcode 🚀", "tasks": [
    {"id": 1, "a\\u002eb": {"==": [{"var": "data.x"}, -2.5e3]}},
    [], true
  ],
  "twice": 1,
  "twice": "last", "empty": {}
}`
const positions = jsonPositions(text)

describe('the value at a path', () => {
  test.each([
    ['', 1, 1, 1],
    ['name', 2, 11, 11],
    ['tasks', 2, 33, 1],
    ['tasks[0]', 3, 5, 1],
    ['tasks[0].id', 3, 12, 1],
    ['tasks[0].a.b.==[0].var', 3, 43, 8],
    ['tasks[0].a.b.==[1]', 3, 54, 6],
    ['tasks[1]', 4, 5, 1],
    ['tasks[2]', 4, 9, 4],
    ['twice', 7, 12, 6],
    ['empty', 7, 29, 1],
  ])('%s is at %d:%d, %d long', (path, line, column, length) => {
    expect(positions.find(path)).toEqual({ line, column, length })
  })

  test('that is not there is shown by what is around it', () => {
    expect(positions.find('tasks[0].function.name')).toEqual(positions.find('tasks[0]'))
    expect(positions.find('tasks[7]')).toEqual(positions.find('tasks'))
    expect(positions.find('nothing[3].at.all')).toEqual(positions.find(''))
  })
})

test('keys are found, and what has none is shown by its value', () => {
  expect(positions.find('tasks', 'key')).toEqual({ line: 2, column: 24, length: 7 })
  expect(positions.find('tasks[0].a.b', 'key')).toMatchObject({ line: 3, column: 15 })
  expect(positions.find('tasks[0]', 'key')).toEqual(positions.find('tasks[0]'))
  expect(positions.find('twice', 'key')).toMatchObject({ line: 7, column: 3 })
})

test('brackets, quotes and colons in texts are text', () => {
  const tricky = jsonPositions('["]}\\"[{:,", {"}": "\\\\"}, 7]')
  expect(tricky.find('[1].}')).toMatchObject({ column: 20 })
  expect(tricky.find('[2]')).toMatchObject({ column: 27 })
})

test('a scalar, and a text of a megabyte', () => {
  expect(jsonPositions(' 12').find('')).toEqual({ line: 1, column: 2, length: 2 })
  const long = JSON.stringify({ a: 'x"\\'.repeat(350_000), b: 1 })
  expect(jsonPositions(long).find('b').column).toBe(long.length - 1)
})

test('paths are put together and taken apart', () => {
  expect(innerPath(innerPath('', 'tasks'), 0)).toBe('tasks[0]')
  expect(innerPath('tasks[0]', 'id')).toBe('tasks[0].id')
  expect(pathWithin('tasks[0].condition', 'and[1].var')).toBe('tasks[0].condition.and[1].var')
  expect(pathWithin('condition', '[0].var')).toBe('condition[0].var')
  expect([pathWithin('', 'var'), pathWithin('condition', '')]).toEqual(['var', 'condition'])
  expect(['tasks[0].id', 'tasks[0]', 'tasks'].map(outerPath)).toEqual(['tasks[0]', 'tasks', ''])
})
