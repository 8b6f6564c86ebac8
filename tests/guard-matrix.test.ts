import { describe, expect, test } from 'bun:test'
import { ChannelConfig } from '../src/channel/definition.ts'
import { GUARDS } from './guard-matrix/guards.ts'
import {
  type Cell,
  type Cells,
  COLUMNS,
  type GuardRow,
  needsBytes,
  needsHeaders,
} from './guard-matrix/script.ts'
import { play } from './guard-matrix/stage.ts'
import { WAYS, type Way } from './guard-matrix/ways.ts'

/** What of a channel's configuration guards nothing. */
const NO_GUARDS = [
  'cookies_to_metadata',
  'explain',
  'request',
  'response',
  'rollout_key',
  'rollout_sticky_header',
  'tracing',
]

function holds(way: Way, { key }: GuardRow): boolean {
  return way.guards === 'all' || way.guards.includes(key)
}

function cellsOf(way: Way, cells: Cells): [string, Cell][] {
  if (typeof cells === 'string') return []
  return Object.entries(cells)
    .map(([name, cell]): [string, Cell] => [name, 'steps' in cell ? cell : { steps: cell }])
    .filter(([, cell]) => (way.hasHeaders || !needsHeaders(cell)) && (way.hasBytes || !needsBytes(cell)))
}

/** What stands first in the name of a cell where a store is down. */
function policyOf(name: string): string {
  return name.split(',')[0] ?? ''
}

for (const row of GUARDS) {
  for (const way of WAYS.filter(each => holds(each, row))) {
    for (const column of COLUMNS) {
      for (const [name, cell] of cellsOf(way, row[column])) {
        test(`${row.name} > ${way.name} > ${column} (${name})`, () => play(way, row, cell))
      }
    }
  }
}

describe('the matrix', () => {
  test('has a row for everything that guards a channel', () => {
    const declared: string[] = Object.keys(ChannelConfig.properties).filter(key => !NO_GUARDS.includes(key))
    expect(new Set<string>(GUARDS.map(({ key }) => key))).toEqual(new Set(declared))
  })

  test('has every cell of a row, or the reason why there is none', () => {
    const missing = GUARDS.flatMap(row =>
      COLUMNS.flatMap(column => {
        const cells = row[column]
        return typeof cells === 'string' ? [[`${row.name} > ${column}`, cells]] : []
      }),
    )
    const alone = 'who asks is told from the request alone; nothing is kept'
    const looked = 'what is asked for is looked at alone; nothing is kept'
    const everybody = 'it asks for no key: it is the same for everybody'
    expect(Object.fromEntries(missing)).toEqual({
      'auth (api_key) > store down': alone,
      'auth (hmac) > store down': alone,
      'auth (jwt) > store down': alone,
      'cors > store down': looked,
      'origin_allow_list > store down': looked,
      'request_schema > store down': looked,
      'validation_logic > store down': looked,
      'cache > refuses': 'it refuses nobody: it answers in place of a run, which "passes" shows',
      'backpressure > broken key': everybody,
      'backpressure > store down': 'runs are counted in the memory of the process that runs them',
      'timeout_ms > broken key': everybody,
      'timeout_ms > store down': 'time is kept by the process that runs',
    })
  })

  test('has a cell for each policy of a guard that has a store', () => {
    const stored = GUARDS.flatMap(row => {
      const cells = row['store down']
      return typeof cells === 'string'
        ? []
        : [[row.name, [...new Set(Object.keys(cells).map(policyOf))].sort()]]
    })
    const policies = ['allow', 'deny', 'local']
    expect(Object.fromEntries(stored)).toEqual({
      rate_limit: policies,
      principal_rate_limit: policies,
      'deduplication (reject)': policies,
      'deduplication (replay)': policies,
      cache: policies,
    })
  })

  test('has no cell that nothing happens in', () => {
    for (const row of GUARDS) {
      for (const column of COLUMNS) {
        const cells = row[column]
        if (typeof cells === 'string') expect(cells).not.toBe('')
        else expect(Object.keys(cells)).not.toEqual([])
      }
    }
  })
})
