import { expect, test } from 'bun:test'
import { answering, openRoom, type Room, refusal, serving, writing } from './test-room.ts'

/** Makes the database refuse traces: all of them, or those that hold a text. */
async function refuseTraces(room: Room, holding?: string): Promise<void> {
  const when = holding === undefined ? '' : `when new.input_json like '%${holding}%'`
  const sql = `create trigger refusal before insert on traces ${when} begin select raise(abort, 'disk on fire'); end`
  await room.store.commit(writing({ sql, params: [] }))
}

async function takeTraces(room: Room): Promise<void> {
  await room.store.commit(writing({ sql: 'drop trigger refusal', params: [] }))
}

function room(): Promise<Room> {
  return openRoom({
    workflows: [answering('w', 1)],
    channels: [serving('w'), serving('untraced', { workflow_id: 'w', config: { tracing: { mode: 'off' } } })],
  })
}

/** Lets the probe that is under way end: it shares the writer's lane with this commit. */
async function afterProbe(room: Room): Promise<void> {
  await room.store.commit(writing({ sql: 'delete from traces where id = ?', params: ['nobody'] }))
}

const unavailable = { code: 'SERVICE_UNAVAILABLE', headers: { 'retry-after': '1' } }

test('a trace that cannot be stored does not hold its answer back; it is logged and counted', async () => {
  await using open = await room()
  await refuseTraces(open)
  expect(await open.send('w')).toMatchObject({ status: 'ok', data: { answer: 1 } })
  expect(open.lines).toContain('error Trace could not be stored')
  expect(open.telemetry.counters.snapshot().trace_write).toBe(1)
})

test('new work is refused until a probe is stored, and traces of it are not lost', async () => {
  await using open = await room()
  await refuseTraces(open)
  const { id } = await open.send('w', { n: 1 })
  await afterProbe(open)
  expect(await refusal(open.send('w', { n: 2 }))).toMatchObject(unavailable)
  await afterProbe(open)

  await takeTraces(open)
  open.clock.advance(1_000)
  expect(await refusal(open.send('w', { n: 3 }))).toMatchObject(unavailable)
  await afterProbe(open)
  expect(await open.send('w', { n: 4 })).toMatchObject({ status: 'ok' })
  expect(open.lines).toContain('info Traces can be stored again')
  const rows = await open.traces()
  expect(rows.map(({ input_json }) => input_json).toSorted()).toEqual([null, '{"n":4}'].toSorted())
  expect(rows.find(row => row.id === id)).toMatchObject({
    status: 'completed',
    result_json: null,
    error_message: 'The trace of this run could not be stored whole',
  })
})

test('work that leaves no trace is taken on meanwhile', async () => {
  await using open = await room()
  await refuseTraces(open)
  await open.send('w')
  await afterProbe(open)
  expect(await open.send('untraced')).toMatchObject({ status: 'ok' })
})

test('storage is probed at once after a loss, so that one bad row refuses nobody', async () => {
  await using open = await room()
  await refuseTraces(open, 'poison')
  await open.send('w', { text: 'poison' })
  await afterProbe(open)
  expect(await open.send('w', { text: 'plain' })).toMatchObject({ status: 'ok' })
  expect(await open.traces()).toHaveLength(2)
})

test('storage is not probed more than twice a second, however many ask', async () => {
  await using open = await room()
  await refuseTraces(open)
  await open.send('w')
  await afterProbe(open)
  await takeTraces(open)
  for (let n = 0; n < 5; n++) {
    expect(await refusal(open.send('w'))).toMatchObject(unavailable)
    await afterProbe(open)
  }
  open.clock.advance(499)
  expect(await refusal(open.send('w'))).toMatchObject(unavailable)
  open.clock.advance(1)
  expect(await refusal(open.send('w'))).toMatchObject(unavailable)
  await afterProbe(open)
  expect(await open.send('w')).toMatchObject({ status: 'ok' })
})
