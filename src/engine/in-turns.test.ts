import { describe, expect, test } from 'bun:test'
import type { Clock } from '../std/clock.ts'
import { isObject, type Json } from '../std/json.ts'
import { compiled, fixedClock, run, task } from './test-run.ts'

/** A millisecond passes whenever somebody looks. */
function hurriedClock(): Clock {
  let nowMs = 0
  return { ...fixedClock, monotonic: () => nowMs++ }
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at)
const writes = (count: number) => range(count).map(at => ({ path: `data.k${at}`, logic: at }))
const xml = `<a>${'<b>x</b>'.repeat(500)}</a>`
const list = { list: range(500) }

function keysOf(value: Json): number {
  return isObject(value) ? Object.keys(value).length : 0
}

describe('a long task', () => {
  const longTasks = [
    ['map', { mappings: writes(500) }],
    ['validation', { rules: range(500).map(at => ({ logic: { '==': [at, -1] }, message: 'no' })) }],
    ['parse_xml', { source: 'payload', target: 'out', arrays: 'collect' }],
    ['publish_xml', { source: 'list', target: 'out' }],
  ] as const

  test.each(longTasks)('%s lets others go first and gives what it gives at once', async (name, input) => {
    const workflow = compiled([task('t', name, JSON.parse(JSON.stringify(input)))])
    const given = { payload: xml, capture: false }
    const slow = run(workflow, { ...given, data: { ...list }, clock: hurriedClock() })
    const fast = run(workflow, { ...given, data: { ...list } })
    expect(slow.outcome).toBeInstanceOf(Promise)
    expect(await slow.outcome).toEqual(await fast.outcome)
    expect(slow.message).toEqual(fast.message)
  })

  test.each(longTasks)('%s ends with the time of the run', async (name, input) => {
    const tasks = [task('t', name, JSON.parse(JSON.stringify(input)))]
    const clock = hurriedClock()
    const { outcome } = run(compiled(tasks), { payload: xml, data: { ...list }, clock, deadlineAt: 10 })
    expect(await outcome).toEqual({ status: 'timeout' })
  })

  test('that ends early leaves undone what is left, and nothing about itself', async () => {
    const workflow = compiled([task('t', 'map', { mappings: writes(500) })])
    const { outcome, message } = run(workflow, { clock: hurriedClock(), deadlineAt: 10 })
    await outcome
    expect(keysOf(message.context.data)).toBeLessThan(200)
    expect(message.audit_trail).toEqual([])
  })
})
