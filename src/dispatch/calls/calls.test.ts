import { describe, expect, test } from 'bun:test'
import type { ChannelCall } from '../../engine/channel-call.ts'
import { createMessage } from '../../engine/new-message.ts'
import { mapTask, task } from '../../engine/test-run.ts'
import type { Answer } from '../answer.ts'
import { testArrival } from '../test-arrival.ts'
import { activeWorkflow, answering, openRoom, refusal, serving, writing } from '../test-room.ts'
import { openCalls } from './open-calls.ts'
import { outsideCalls } from './outside-calls.ts'

const parse = task('parse', 'parse_json', { source: 'payload', target: 'in' })
const calling = (channel: string, input = {}) =>
  task('call', 'channel_call', { channel, output: 'data.out', ...input })

describe('a called channel whose workflow has two versions', () => {
  const side = (version: number, rollout_percentage: number) =>
    answering('inner', version, { version, rollout_percentage })

  test('is shared between them by the data and the headers that the call has', async () => {
    const rollout_key = { cat: [{ var: 'data.user' }, { var: 'headers.x-tenant' }] }
    await using room = await openRoom({
      workflows: [
        side(1, 50),
        side(2, 50),
        { workflow_id: 'outer', tasks: [parse, calling('inner', { data: { user: { var: 'data.in.u' } } })] },
      ],
      channels: [serving('inner', { config: { rollout_key } }), serving('outer')],
    })
    const outer = room.live.snapshot().byName.get('outer')
    if (outer === undefined) throw new Error('no channel')
    const ask = async (u: number, tenant = 'acme') => {
      const arrival = testArrival({ payload: { u }, headers: { 'x-tenant': tenant } })
      const { body } = await room.dispatch(outer, arrival)
      return JSON.parse(body).data.out.answer
    }
    const users = Array.from({ length: 40 }, (_, u) => u)
    const first = await Promise.all(users.map(u => ask(u)))
    expect(new Set(first)).toEqual(new Set([1, 2]))
    expect(await Promise.all(users.map(u => ask(u)))).toEqual(first)
    expect(await Promise.all(users.map(u => ask(u, 'other')))).not.toEqual(first)
  })
})

describe('a change', () => {
  const cycle = {
    workflows: [
      { workflow_id: 'a', tasks: [calling('b')] },
      { workflow_id: 'b', tasks: [calling('a')] },
    ],
    channels: [serving('a'), serving('b')],
  }

  test('is not refused for a cycle that it found, and that is refused at each call', async () => {
    await using room = await openRoom(cycle)
    const row = activeWorkflow({ workflow_id: 'other', tasks: [mapTask('m', { 'data.x': 1 })] })
    await room.live.change({
      decide: async () => ({
        edit: source => ({ ...source, workflows: [...source.workflows, row] }),
        commit: () => room.store.commit(writing(room.store.workflows.insert(row))),
        result: undefined,
      }),
    })
    expect(await refusal(room.send('a'))).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'channel_call: cycle detected: a -> b -> a',
    })
  })
})

describe('calls that wait for nothing', () => {
  test('let others have their turn when they have gone on for long', async () => {
    await using room = await openRoom({ workflows: [answering('inner', 1)], channels: [serving('inner')] })
    const answer: Answer = {
      status: 200,
      body: '{"data":7}',
      contentType: undefined,
      headers: undefined,
      workflowVersion: 1,
    }
    const said: string[] = []
    const call = openCalls({
      dispatch: async () => {
        said.push('call')
        return answer
      },
      clock: room.clock,
      newId: () => 'id',
      limits: { maxDepth: 1, defaultTimeoutMs: 1000 },
    })
    const callInner = outsideCalls(call, () => room.live.snapshot(), { name: 'test', timeoutMs: 1000 })()
    const run = {
      message: createMessage({ id: 'm', payload: null }),
      signal: undefined,
      budget: { remaining: 1, limit: 1 },
      deadlineAt: 1000,
    }
    const asked: ChannelCall = { channel: 'inner', data: 1, timeoutMs: undefined, idempotencyKey: undefined }
    const afterOthers = async () => {
      said.length = 0
      setImmediate(() => said.push('others'))
      expect(await callInner(asked, run)).toBe(7)
      return said[0]
    }
    expect(await afterOthers()).toBe('call')
    room.clock.advance(6)
    expect(await afterOthers()).toBe('others')
    expect(await afterOthers()).toBe('call')
  })
})
