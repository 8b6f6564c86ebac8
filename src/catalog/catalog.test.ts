import { expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { Lanes } from './lanes.ts'
import { retryOnce } from './retry.ts'
import { ALICE, openOffice } from './test-catalog.ts'

test('a reload is written down, then done', async () => {
  await using office = await openOffice()
  const { generation } = office.room.live.status()
  await office.catalog.reload(ALICE)
  expect(office.room.live.status().generation).toBe(generation + 1)
  expect(await office.audit()).toMatchObject([
    {
      principal: 'alice...',
      action: 'reload',
      resource_type: 'engine',
      resource_id: 'manual',
      details: null,
      created_at: '2026-01-02T03:04:05.678Z',
    },
  ])
  expect(office.room.lines).toContain('info admin_audit_event')
})

test('a change that was overtaken is tried once more', async () => {
  const tries: number[] = []
  const result = await retryOnce("workflow 'w'", async superseded => {
    tries.push(1)
    if (tries.length === 1) throw superseded()
    return 'done'
  })
  expect([result, tries.length]).toEqual(['done', 2])
})

test('a change that is overtaken twice is a conflict', async () => {
  let tries = 0
  const change = retryOnce("workflow 'w'", async superseded => {
    tries++
    throw superseded()
  })
  const error: unknown = await change.catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'CONFLICT',
    message: "Somebody else changes workflow 'w' at this moment; read it and try again",
  })
  expect(tries).toBe(2)
})

test('any other error is told at once', async () => {
  let tries = 0
  const change = retryOnce('x', async () => {
    tries++
    throw new OrionError('CONFLICT', 'taken')
  })
  expect(await change.catch((error: Error) => error.message)).toBe('taken')
  expect(tries).toBe(1)
})

test('work under one key runs in turn, under another side by side, and a failure holds nobody up', async () => {
  const lanes = new Lanes()
  const seen: string[] = []
  const gate = Promise.withResolvers<void>()
  const slow = lanes.run('a', async () => {
    await gate.promise
    seen.push('a1')
    throw new Error('no')
  })
  const next = lanes.run('a', async () => seen.push('a2'))
  await lanes.run('b', async () => seen.push('b'))
  gate.resolve()
  expect(await slow.catch((error: Error) => error.message)).toBe('no')
  await next
  expect(seen).toEqual(['b', 'a1', 'a2'])
})

test('the first problem of a path is the one that is told', () => {
  const problem = (path: string, message: string) => ({ path, code: 'REQUIRED', message }) as const
  expect(onePerPath([problem('a', '1'), problem('b', '2'), problem('a', '3')])).toEqual([
    problem('a', '1'),
    problem('b', '2'),
  ])
})
