import { describe, expect, test } from 'bun:test'
import type { Verdict } from '../dispatch/numbers/stop-watch.ts'
import type { PutBack } from '../dispatch/open-live.ts'
import { OrionError } from '../errors.ts'
import type { StopWhen } from '../versioning/stop-when.ts'
import { openRolloutStops } from './rollout-stops.ts'
import { ALICE, channelBody, expectRefusal, type Office, openOffice, workflowBody } from './test-catalog.ts'

const RULE: StopWhen = { error_rate_over: 0.1, after_requests: 10 }

const VERDICT: Verdict = {
  workflowId: 'w',
  newer: 2,
  older: 1,
  rule: RULE,
  reason: 'it failed',
  stands: () => true,
  newerCounts: { requests: 3, errors: 2, p99Ms: 4.5678912 },
  olderCounts: { requests: 0, errors: 0, p99Ms: undefined },
}

/** Versions 1 and 2 of `w` share the traffic. */
async function openShared(): Promise<Office> {
  const office = await openOffice()
  const { workflows, channels } = office.catalog
  await workflows.create(ALICE, workflowBody('w'))
  await workflows.setStatus(ALICE, 'w', { status: 'active' })
  await channels.create(ALICE, channelBody('w'))
  await channels.setStatus(ALICE, 'w', { status: 'active' })
  await workflows.createVersion(ALICE, 'w')
  await workflows.update(ALICE, 'w', workflowBody('w', 'v2'))
  await workflows.setStatus(ALICE, 'w', { status: 'active', rollout_percentage: 20, stop_when: RULE })
  return office
}

async function stored({ catalog }: Office): Promise<string[]> {
  const { rows } = await catalog.workflows.versions('w', { limit: 50, offset: 0 })
  return rows.map(
    row => `${row.version} ${row.status} ${row.rollout_percentage} ${row.stop_when !== undefined}`,
  )
}

describe('a version is put back', () => {
  test('and the older one is live alone, in one step with its audit row', async () => {
    await using office = await openShared()
    expect(await stored(office)).toEqual(['2 active 20 true', '1 active 80 false'])
    expect(await office.catalog.rollout.putBack(VERDICT)).toEqual({
      at: '2026-01-02T03:04:05.678Z',
      version: 2,
      reason: 'it failed',
    })
    expect(await stored(office)).toEqual(['2 archived 20 false', '1 active 100 false'])
    expect(await office.room.send('w')).toMatchObject({ data: { answer: 'v1' } })
    expect((await office.audit()).at(-1)).toMatchObject({ principal: 'system', action: 'rollout_stopped' })
    expect(await office.details()).toEqual({
      before: { status: 'active', stop_when: { ...RULE } },
      after: { status: 'archived' },
      reason: 'it failed',
      stop_when: { ...RULE },
      sides: [
        { version: 2, requests: 3, errors: 2, p99_ms: 4.568 },
        { version: 1, requests: 0, errors: 0, p99_ms: null },
      ],
    })
  })

  test('only while what was judged is live', async () => {
    await using office = await openShared()
    const before = await office.audit()
    const { rollout } = office.catalog
    await expectRefusal(rollout.putBack({ ...VERDICT, stands: () => false }), 'CONFLICT', 'was changed')
    await expectRefusal(rollout.putBack({ ...VERDICT, newer: 3 }), 'CONFLICT', 'do not share')
    await expectRefusal(rollout.putBack({ ...VERDICT, older: 0 }), 'CONFLICT', 'do not share')
    await expectRefusal(rollout.putBack({ ...VERDICT, workflowId: 'x' }), 'CONFLICT', 'do not share')
    expect(await stored(office)).toEqual(['2 active 20 true', '1 active 80 false'])
    expect(await office.audit()).toEqual(before)
  })

  test('once', async () => {
    await using office = await openShared()
    const { rollout } = office.catalog
    const done = await Promise.allSettled([rollout.putBack(VERDICT), rollout.putBack(VERDICT)])
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect((await office.audit()).filter(({ action }) => action === 'rollout_stopped')).toHaveLength(1)
  })
})

describe('a verdict', () => {
  /** What `live` would call. */
  function openKeeper(office: Office, putBack: Office['catalog']['rollout']['putBack']) {
    const keepers: PutBack[] = []
    const live = { onVerdict: (keeper: PutBack) => void keepers.push(keeper) }
    const stops = openRolloutStops({ live, rollout: { putBack }, telemetry: office.room.telemetry })
    return { stops, tell: async (verdict: Verdict) => keepers[0]?.(verdict) }
  }
  const counted = ({ room }: Office) => {
    const { rollout_stopped, rollout_stop_failure } = room.telemetry.counters.snapshot()
    return { rollout_stopped, rollout_stop_failure }
  }

  test('is carried out, told and counted', async () => {
    await using office = await openShared()
    const { tell } = openKeeper(office, office.catalog.rollout.putBack)
    expect(await tell(VERDICT)).toMatchObject({ version: 2 })
    expect(counted(office)).toEqual({ rollout_stopped: 1, rollout_stop_failure: 0 })
    expect(office.room.lines).toContain('warn Rollout stopped by itself')
  })

  test('that somebody overtook is dropped', async () => {
    await using office = await openShared()
    await office.catalog.rollout.setShare(ALICE, 'w', { rollout_percentage: 100 })
    const { tell } = openKeeper(office, office.catalog.rollout.putBack)
    expect(await tell(VERDICT)).toBeUndefined()
    expect(counted(office)).toEqual({ rollout_stopped: 0, rollout_stop_failure: 0 })
    expect(await stored(office)).toEqual(['2 active 100 false', '1 archived 80 false'])
  })

  test('that cannot be stored is told and counted', async () => {
    await using office = await openShared()
    const { tell } = openKeeper(office, () => Promise.reject(new OrionError('STORAGE_ERROR', 'disk full')))
    expect(await tell(VERDICT)).toBeUndefined()
    expect(counted(office)).toEqual({ rollout_stopped: 0, rollout_stop_failure: 1 })
    expect(office.room.lines).toContain('error Rollout could not be stopped')
  })

  test('is carried out before the server ends', async () => {
    await using office = await openShared()
    const { stops, tell } = openKeeper(office, office.catalog.rollout.putBack)
    const told = tell(VERDICT)
    await stops[Symbol.asyncDispose]()
    expect(await stored(office)).toEqual(['2 archived 20 false', '1 active 100 false'])
    expect(await told).toMatchObject({ version: 2 })
  })

  test('that comes when the server has ended is not carried out', async () => {
    await using office = await openShared()
    const { stops, tell } = openKeeper(office, office.catalog.rollout.putBack)
    await stops[Symbol.asyncDispose]()
    expect(await tell(VERDICT)).toBeUndefined()
    expect(await stored(office)).toEqual(['2 active 20 true', '1 active 80 false'])
  })
})
