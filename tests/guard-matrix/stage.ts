import { expect } from 'bun:test'
import { custom } from '../../src/engine/test-run.ts'
import { isObject, type Json, own } from '../../src/std/json.ts'
import type { CounterName } from '../../src/telemetry/counters.ts'
import { type App, openApp } from '../harness/app.ts'
import { type HandClock, handClock } from '../harness/hand-clock.ts'
import { task, workflow } from '../harness/samples.ts'
import { failingStores, type Place } from './places.ts'
import type { Cell, Expected, GuardRow, Outcome, Step } from './script.ts'
import { NOW_SECS } from './tokens.ts'
import { CHANNEL, type Way } from './ways.ts'

/**
 * The function of the workflow: counts its calls. One with `hold` in its payload waits until it is let go, one with
 * `endless` for ever.
 */
function countedWork() {
  const work = {
    calls: 0,
    begun: Promise.withResolvers<void>(),
    end: Promise.withResolvers<void>(),
    run: custom('work', async ({ message }) => {
      work.calls++
      if (has(message.payload, 'hold') || has(message.payload, 'endless')) {
        work.begun.resolve()
        await (has(message.payload, 'endless') ? new Promise(() => undefined) : work.end.promise)
      }
      return 200
    }),
  }
  return work
}

function has(payload: Json, key: string): boolean {
  return isObject(payload) && own(payload, key) === true
}

/** What is counted of the server, before and after a step. */
interface Counted {
  readonly calls: number
  readonly traces: number
  readonly counters: Readonly<Record<string, Json>>
}

/** Lets everything of a cell happen to a channel with the guard of this row. */
export async function play(
  way: Way,
  { key, config }: GuardRow,
  cell: Cell,
  placeOn: (clock: HandClock) => Place = failingStores,
): Promise<void> {
  const clock = handClock(NOW_SECS * 1000)
  const place = placeOn(clock)
  const work = countedWork()
  await using app = await openApp({ clock, functions: [work.run], guardStores: place.guardStores })
  await app.client.declare(workflow(CHANNEL, [task('work', {})]))
  await way.declare(app.client, await place.declare(app.client, key, cell.config ?? config))
  const stage = new Stage(way, app, clock, place, work)
  for (const [at, step] of cell.steps.entries()) await stage.play(step, at)
  await stage.expectOutageLogged(cell.steps)
}

class Stage {
  readonly #way: Way
  readonly #app: App
  readonly #clock: HandClock
  readonly #place: Place
  readonly #work: ReturnType<typeof countedWork>
  #held: { readonly outcome: Promise<Outcome>; readonly before: Counted } | undefined
  /** What others have been counted as since then. */
  #meanwhile: CounterName[] = []
  /** Failures of stores before the last work was sent. */
  #storeFailures = 0

  constructor(way: Way, app: App, clock: HandClock, place: Place, work: ReturnType<typeof countedWork>) {
    this.#way = way
    this.#app = app
    this.#clock = clock
    this.#place = place
    this.#work = work
  }

  async play(step: Step, at: number): Promise<void> {
    const { client } = this.#app
    switch (step.kind) {
      case 'send': {
        const before = await this.#counted()
        this.#storeFailures = Number(before.counters.guard_store)
        const outcome = await this.#way.send(client, step.work)
        if (step.expected.counts !== undefined) this.#meanwhile.push(step.expected.counts)
        return this.#expect(at, outcome, step.expected, before)
      }
      case 'hold': {
        const before = await this.#counted()
        const data = { hold: true, ...(isObject(step.work.data) && step.work.data) }
        this.#meanwhile = []
        this.#storeFailures = Number(before.counters.guard_store)
        this.#held = { outcome: this.#way.send(client, { ...step.work, data }), before }
        return this.#work.begun.promise
      }
      case 'let go':
        return this.#letGo(at, step.expected)
      case 'reload':
        expect((await client.admin('POST', 'engine/reload')).status).toBe(200)
        return
      case 'time':
        return this.#clock.advance(step.seconds)
      case 'store':
        return this.#place.turn(step.isDown)
      case 'health':
        return this.#expectHealth(at, step.guards)
      default:
        return step satisfies never
    }
  }

  /** One line when a store fails, and one when it is back, however many asked. */
  async expectOutageLogged(steps: readonly Step[]): Promise<void> {
    const said = (await this.#app.log()).filter(line => line.includes('Store of a guard')).length
    expect(said).toBe(steps.filter(({ kind }) => kind === 'store').length)
  }

  async #letGo(at: number, expected: Expected): Promise<void> {
    const held = this.#held
    if (held === undefined) throw new Error(`Step ${at} lets go of what nobody holds`)
    this.#held = undefined
    this.#work.end.resolve()
    const outcome = await held.outcome
    this.#work.begun = Promise.withResolvers()
    this.#work.end = Promise.withResolvers()
    const counters = { ...held.before.counters }
    for (const name of this.#meanwhile) counters[name] = Number(counters[name]) + 1
    await this.#expect(at, outcome, expected, { ...held.before, counters })
  }

  async #expect(at: number, outcome: Outcome, expected: Expected, before: Counted): Promise<void> {
    const after = await this.#counted()
    const runs = expected.run === undefined ? 0 : 1
    const { status, code, headers } = expected
    expect({
      at,
      ...outcome,
      calls: after.calls - before.calls,
      traces: after.traces - before.traces,
      counted: increased(before, after),
    }).toEqual({
      at,
      status,
      code,
      headers: this.#way.hasHeaders ? headers : undefined,
      calls: runs,
      traces: runs,
      counted: expected.counts === undefined ? [] : [expected.counts],
    })
    if (runs === 1) expect(await this.#lastTrace()).toBe(String(expected.run))
  }

  async #expectHealth(at: number, guards: 'ok' | 'degraded'): Promise<void> {
    const health = await this.#app.client.request('GET', '/health')
    const { counters } = await this.#counted()
    const isCounted = Number(counters.guard_store) > this.#storeFailures
    expect({
      at,
      status: health.status,
      is: health.at('status'),
      guards: health.at('components.guards'),
      isCounted,
    }).toEqual({
      at,
      status: 200,
      is: guards,
      guards,
      isCounted: guards === 'degraded',
    })
  }

  async #counted(): Promise<Counted> {
    const { client } = this.#app
    const status = await client.admin('GET', 'engine/status')
    const traces = await client.request('GET', `/api/v1/data/traces?channel=${CHANNEL}`)
    const counters = status.at('errors_total')
    if (!isObject(counters)) throw new Error('No counters in engine/status')
    return { calls: this.#work.calls, traces: Number(traces.at('total')), counters }
  }

  async #lastTrace(): Promise<Json | undefined> {
    const newest = await this.#app.client.request('GET', `/api/v1/data/traces?channel=${CHANNEL}&limit=1`)
    return newest.at('data.0.status')
  }
}

/** Names of the counters that went up by one, of failing stores not; any other difference is told as it is. */
function increased(before: Counted, after: Counted): Json[] {
  return Object.entries(after.counters).flatMap(([name, count]) => {
    const by = Number(count) - Number(before.counters[name])
    if (by === 0 || name === 'guard_store') return []
    return by === 1 ? [name] : [`${name} by ${by}`]
  })
}
