import { describe, expect, test } from 'bun:test'
import { activeWorkflow, writing } from '../dispatch/test-room.ts'
import { workflow } from '../storage/test-store.ts'
import { ALICE, channelBody, expectRefusal, type Office, openOffice, workflowBody } from './test-catalog.ts'

/** Version 1 active, and version 2 beside it with this share; both are served by a channel. */
async function openSplit(rollout_percentage: number): Promise<Office> {
  const office = await openOffice()
  const { workflows, channels } = office.catalog
  await workflows.create(ALICE, workflowBody('w'))
  await workflows.setStatus(ALICE, 'w', { status: 'active' })
  await channels.create(ALICE, channelBody('w'))
  await channels.setStatus(ALICE, 'w', { status: 'active' })
  await workflows.createVersion(ALICE, 'w')
  await workflows.setStatus(ALICE, 'w', { status: 'active', rollout_percentage })
  return office
}

function sides({ room }: Office) {
  return room.live
    .snapshot()
    .channels.flatMap(channel => channel.sides.map(({ version, share }) => [version, share]))
}

async function stored({ room }: Office) {
  const rows = await room.store.workflows.states('w')
  return rows.map(({ version, status, rolloutPercentage }) => [version, status, rolloutPercentage])
}

test('what is live after each change is what a reload would make of it', async () => {
  await using office = await openSplit(10)
  const { rollout, workflows } = office.catalog
  const isSame = async () => {
    const live = sides(office)
    const rows = office.room.live
      .snapshot()
      .channels.map(channel => channel.sides.map(side => side.definition))
    await office.room.live.reload()
    expect(sides(office)).toEqual(live)
    expect(
      office.room.live.snapshot().channels.map(channel => channel.sides.map(side => side.definition)),
    ).toEqual(rows)
    return live
  }
  expect(await isSame()).toEqual([
    [2, 10],
    [1, 90],
  ])
  office.room.clock.advance(1000)
  await rollout.setShare(ALICE, 'w', { rollout_percentage: 60 })
  expect(await isSame()).toEqual([
    [2, 60],
    [1, 40],
  ])
  await workflows.createVersion(ALICE, 'w')
  office.room.clock.advance(1000)
  await workflows.setStatus(ALICE, 'w', { status: 'active', rollout_percentage: 5 })
  expect(await isSame()).toEqual([
    [3, 5],
    [2, 95],
  ])
  await rollout.rollback(ALICE, 'w', { version: 1 })
  expect(await isSame()).toEqual([[4, 100]])
  expect(await stored(office)).toEqual([
    [4, 'active', 100],
    [3, 'archived', 5],
    [2, 'archived', 95],
    [1, 'archived', 40],
  ])
})

test('of a third version that another server has left, a share archives it', async () => {
  await using office = await openSplit(10)
  const row = activeWorkflow({ workflow_id: 'w', version: 3, rollout_percentage: 50 })
  await office.room.store.commit(writing(office.room.store.workflows.insert(row)))
  await office.catalog.rollout.setShare(ALICE, 'w', { rollout_percentage: 30 })
  expect(await stored(office)).toEqual([
    [3, 'active', 30],
    [2, 'active', 70],
    [1, 'archived', 90],
  ])
})

test('shares that are changed at once by two servers add up to 100', async () => {
  await using office = await openSplit(10)
  const other = office.second()
  await Promise.all(
    [20, 30, 40, 50, 60, 70].map((rollout_percentage, n) =>
      (n % 2 === 0 ? office.catalog : other).rollout.setShare(ALICE, 'w', { rollout_percentage }),
    ),
  )
  const [newer, older] = await office.room.store.workflows.states('w')
  expect((newer?.rolloutPercentage ?? 0) + (older?.rolloutPercentage ?? 0)).toBe(100)
})

describe('a rollback', () => {
  test('to content that is no longer valid is refused, naming why, and changes nothing', async () => {
    await using office = await openSplit(10)
    const tasks = [{ id: 'a', name: 'A', function: { name: 'publish_kafka', input: {} } }]
    const old = workflow({ workflow_id: 'w', version: 3, status: 'archived', tasks })
    await office.room.store.commit(writing(office.room.store.workflows.insert(old)))
    const before = await stored(office)
    await expectRefusal(
      office.catalog.rollout.rollback(ALICE, 'w', { version: 3 }),
      'VALIDATION_ERROR',
      "Cannot activate workflow 'w' version 4: tasks[0].function.name",
    )
    expect(await stored(office)).toEqual(before)
    expect(sides(office)).toHaveLength(2)
  })

  test('that comes twice at once makes two versions, one after the other', async () => {
    await using office = await openSplit(10)
    const { rollout } = office.catalog
    const made = await Promise.all([1, 2, 1, 2].map(version => rollout.rollback(ALICE, 'w', { version })))
    expect(made.map(({ version }) => version)).toEqual([3, 4, 5, 6])
    expect(sides(office)).toEqual([[6, 100]])
  })
})
