import { afterAll, beforeAll, describe, expect } from 'bun:test'
import type { RunningSystem } from './faults/far-system.ts'
import { FAULTS } from './faults/faults.ts'
import { CHANNELS, DEADLINE_MS, openStage, type Stage, THRESHOLD, type Timed } from './faults/stage.ts'
import { SYSTEMS } from './faults/systems.ts'
import { testNeeding, whereIs } from './harness/needs.ts'
import { until } from './harness/until.ts'

/** What no call may outlive its deadline by. */
const GRACE_MS = 100
const BACK_WITHIN_MS = 5000
const WELL_ROUNDS = 5
const FAILED = ['UPSTREAM_ERROR', 'UPSTREAM_UNAVAILABLE', 'TIMEOUT_ERROR', 'TIMEOUT']

const both = (stage: Stage): Promise<Timed[]> => Promise.all(CHANNELS.map(name => stage.call(name)))
const codes = (calls: readonly Timed[]): unknown[] =>
  calls.map(({ answer }) => answer.at('error.code') ?? answer.status)

/** Calls until several rounds in a row went well. */
async function expectWell(stage: Stage, withinMs: number): Promise<void> {
  const beganMs = performance.now()
  let rounds = 0
  await until('all works', async () => {
    const calls = await both(stage)
    for (const { tookMs } of calls) expect(tookMs).toBeLessThan(DEADLINE_MS + GRACE_MS)
    rounds = calls.every(({ answer }) => answer.status === 200) ? rounds + 1 : 0
    return rounds === WELL_ROUNDS ? true : undefined
  })
  expect(performance.now() - beganMs).toBeLessThan(withinMs)
  expect((await stage.app.client.request('GET', '/health')).at('connectors.circuit_breakers')).toEqual({})
}

/** Calls until the breakers of both channels are open. */
async function expectFailing(stage: Stage, isTold: boolean): Promise<void> {
  const took: number[] = []
  for (let n = 0; n < THRESHOLD; n++) {
    const calls = await both(stage)
    for (const code of codes(calls)) expect(FAILED).toContain(String(code))
    for (const { tookMs } of calls) expect(tookMs).toBeLessThan(DEADLINE_MS + GRACE_MS)
    took.push(...calls.map(({ tookMs }) => tookMs))
  }
  if (isTold) expect(took.toSorted((one, other) => one - other)[THRESHOLD]).toBeLessThan(DEADLINE_MS / 2)
  for (const { answer } of await both(stage)) {
    expect([answer.status, answer.at('error.code')]).toEqual([503, 'CIRCUIT_OPEN'])
    expect(answer.headers.get('retry-after')).toBe('1')
  }
  expect((await stage.app.client.request('GET', '/health')).at('connectors.circuit_breakers')).toEqual({
    'read:far': 'open',
    'write:far': 'open',
  })
}

/** What was written was written once, and nothing stays open. */
async function expectClean(stage: Stage, system: RunningSystem, writesBefore: number): Promise<void> {
  const { asked, done } = stage.wrote
  const writes = (await system.writes()) - writesBefore
  expect(writes).toBeGreaterThanOrEqual(done)
  expect(writes).toBeLessThanOrEqual(asked)
  expect((await stage.app.client.admin('DELETE', 'connectors/far')).status).toBe(204)
  await until(
    'all connections are closed',
    () => (stage.proxy.open === 0 ? true : undefined),
    () => `${stage.proxy.open} are open`,
  )
}

describe.each(SYSTEMS.map(system => ({ ...system })))('$name', system => {
  let running: RunningSystem | undefined
  beforeAll(async () => {
    if (system.needs.every(need => whereIs(need) !== undefined)) running = await system.start()
  }, 120_000)
  afterAll(() => running?.[Symbol.asyncDispose]())

  for (const fault of FAULTS) {
    testNeeding(...system.needs)(
      `${fault.name} fails in time, and works again soon after`,
      async () => {
        if (running === undefined) throw new Error('it was not started')
        await using stage = await openStage(system, running)
        const writesBefore = await running.writes()
        await expectWell(stage, BACK_WITHIN_MS)
        await fault.begin(stage.proxy, running)
        await expectFailing(stage, fault.isTold)
        await fault.end(stage.proxy, running)
        await expectWell(stage, BACK_WITHIN_MS)
        await expectClean(stage, running, writesBefore)
      },
      60_000,
    )
  }
})
