import type { JsonObject } from '../../src/std/json.ts'
import { type Attack, type Ending, harmless, mapping, nested, range, refused, task } from './attack.ts'

function attack(name: string, ends: Ending, tasks: () => readonly JsonObject[]): Attack {
  return { name, tasks: () => [...tasks()], ends }
}

const tasks = (count: number, one: (at: number) => JsonObject) =>
  range(count).map(at => ({ ...one(at), id: `t${at}` }))
const tier = (at: number) => ({
  if: [{ '>': [{ var: 'data.x' }, at] }, { cat: ['a', { var: 'data.y' }] }, at],
})

/** Workflows that take long to be checked, linted or compiled. */
export const definitionAttacks: readonly Attack[] = [
  attack('ten thousand rules in five hundred tasks', harmless, () =>
    tasks(500, () =>
      task('map', { mappings: range(20).map(at => ({ path: `data.k${at}`, logic: tier(at) })) }),
    ),
  ),
  attack('nine thousand rules in one task', harmless, () => [
    task('map', {
      mappings: range(9000).map(at => ({ path: `data.k${at}`, logic: { '+': [at, 1, { var: 'data.x' }] } })),
    }),
  ]),
  attack('nine thousand misspelt operators', harmless, () => [
    task('validation', {
      rules: range(9000).map(at => ({ logic: { iff: [{ var: `data.x${at}` }] }, message: 'no' })),
    }),
  ]),
  attack('nine thousand rules that are true', harmless, () => [
    task('validation', { rules: range(9000).map(() => ({ logic: true, message: 'no' })) }),
  ]),
  attack('a hundred constant lists that have to be sorted', harmless, () =>
    tasks(100, () => mapping({ 'data.x': { sort: [range(2000)] } })),
  ),
  attack('ten rules of nine thousand constants', harmless, () =>
    tasks(10, () => mapping({ 'data.x': range(9000) })),
  ),
  attack('nine thousand reads of what nobody wrote', harmless, () =>
    tasks(900, at =>
      mapping({ [`data.w${at}`]: { cat: range(10).map(part => ({ var: `data.r${at}.${part}` })) } }),
    ),
  ),
  attack('a thousand misspelt keys', refused('conditoin'), () =>
    tasks(900, () => ({
      ...task('map', {
        mappings: range(5).map(at => ({
          path: `data.k${at}`,
          logic: { iff: [{ vra: 'data.x' }, 1] },
          extra: 1,
        })),
      }),
      conditoin: true,
    })),
  ),
  attack('twenty thousand strange keys of one task', refused('is not a known key'), () => [
    Object.assign(
      mapping({ 'data.x': 1 }),
      Object.fromEntries(range(20_000).map(at => [`conditio${at}`, 1])),
    ),
  ]),
  attack('nine thousand paths to nowhere', refused('nowhere'), () =>
    tasks(900, () => task('map', { mappings: range(10).map(at => ({ path: `nowhere.k${at}`, logic: 1 })) })),
  ),
  attack('nine hundred unknown functions', refused('mapp0'), () =>
    tasks(900, at => task(`mapp${at}`, { mappings: [] })),
  ),
  attack('a thousand tasks of one id', refused('Duplicate'), () =>
    range(999).map(() => ({ ...mapping({ 'data.x': 1 }), id: 'same' })),
  ),
  attack('thirty groups in each other', refused('deep'), () =>
    [
      nested(mapping({ 'data.x': 1 }), 30, inner => ({
        id: `g${JSON.stringify(inner).length}`,
        condition: true,
        tasks: [inner],
      })),
    ].filter(isTask),
  ),
]

function isTask(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
