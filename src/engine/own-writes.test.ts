import { expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { compiled, run, task } from './test-run.ts'

/** Numbers from 0 to below `limit`, the same ones for the same seed. */
function dice(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const wide = (): JsonObject =>
  Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, { n: at }]))
const list = (): Json[] => Array.from({ length: 20 }, (_, at) => ({ n: at, l: [at] }))
const PLACES = [
  'data',
  'data.o',
  'data.o.k1',
  'data.o.k1.n',
  'data.l',
  'data.l.3',
  'data.l.3.l',
  'data.l.03.l',
  'data.l.+3.n',
  'data.#o.k2',
  'data.p',
  'data.p.k1.x',
  'data.p.0.n',
  'temp_data',
  'temp_data.o.k1',
  'temp_data.l.2.l',
  'temp_data.x',
  'beside.o',
]

function mapping(roll: (limit: number) => number): JsonObject {
  const place = () => PLACES[roll(PLACES.length)] ?? 'data.o'
  const path = roll(8) === 0 ? { cat: [place(), ''] } : place()
  const from = place().replaceAll('#', '')
  const logics: Json[] = [
    roll(100),
    { var: from },
    [{ var: from }, { n: roll(9) }],
    { kept: { var: from } },
    { var: { cat: [from, ''] } },
    wide(),
    { map: [{ var: 'data.l' }, { var: '' }] },
    { merge: [{ var: from }, [1]] },
    { length: [[{ var: '' }]] },
  ]
  const logic = logics[roll(logics.length)] ?? null
  const mode = ['set', 'set', 'set', 'append', 'extend'][roll(5)] ?? 'set'
  return roll(6) === 0 ? { path, unset: true } : { path, logic, mode }
}

function tasks(roll: (limit: number) => number): Json[] {
  return Array.from({ length: 4 }, (_, at) => {
    if (roll(5) === 0) {
      return task(`t${at}`, 'parse_json', {
        source: ['payload', 'data.o', 'data.l'][roll(3)] ?? '',
        target: 'p',
      })
    }
    const mappings = Array.from({ length: 8 }, () => mapping(roll))
    return task(`t${at}`, 'map', { mappings }, { continue_on_error: true })
  })
}

test('what changes in place gives what copies give, in five hundred random workflows', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const roll = dice(seed)
    const steps = tasks(roll).filter(step => isFit(step))
    if (steps.length === 0) continue
    const workflow = compiled(steps, roll(2) === 0 ? {} : { loop: { max: 3 } })
    const contexts = [true, false].map(capture => {
      const payload = { o: wide(), l: list() }
      const { message } = run(workflow, { payload, data: { o: wide(), l: list() }, capture })
      expect(payload).toEqual({ o: wide(), l: list() })
      return JSON.stringify([message.context, message.errors.map(({ code }) => code)])
    })
    expect(contexts[1]).toBe(contexts[0] ?? '')
  }
})

/** A whole root is neither removed nor a list. */
function isFit(step: Json): boolean {
  try {
    compiled([step])
    return true
  } catch {
    return false
  }
}
