import type { Deduplication } from '../../channel/deduplication/definition.ts'
import type { FunctionDescriptor, Task } from '../../engine/functions-api.ts'
import { custom, task } from '../../engine/test-run.ts'
import type { OrionError } from '../../errors.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Answer } from '../answer.ts'
import type { ChannelRuntime } from '../snapshot.ts'
import { type TestArrival, testArrival } from '../test-arrival.ts'
import { openRoom, type Room, type RoomOptions, refusal, serving } from '../test-room.ts'
import type { Guards } from './guards.ts'
import { RuntimeRegistry } from './registry.ts'
import { guardsByWay } from './ways-in.ts'

/** Channels with idempotency keys, and tasks that do whatever a test says. */

type Safety = FunctionDescriptor['retrySafety']

export const HARMLESS: readonly Safety[] = ['pure', 'read']
export const EFFECTS: readonly Safety[] = ['idempotent_write', 'unsafe_write']

export interface Shop extends Room {
  readonly registry: RuntimeRegistry
  /** Payloads of the tasks that began. */
  readonly ran: Json[]
  /** What every task does. */
  act: Task
  ask(channel: string, key: string | undefined, request?: Asked): Promise<Asking>
  refused(channel: string, key: string, request?: Asked): Promise<OrionError>
}

export interface Asked {
  payload?: Json
  path?: string
  rawQuery?: string
  method?: string
  guards?: Partial<Guards>
}

interface Asking {
  readonly answer: Answer
  readonly arrival: TestArrival
}

/** A channel for each retry safety, whose one task has it; `two` has a write first and a pure task then. */
export async function openShop(
  deduplication: Partial<Deduplication> = {},
  config: JsonObject = {},
): Promise<Shop> {
  const registry = new RuntimeRegistry()
  const ran: Json[] = []
  const safeties = [...HARMLESS, ...EFFECTS]
  const full = { deduplication: { header: 'Idempotency-Key', ...deduplication }, ...config }
  const options: RoomOptions = {
    functions: safeties.map(retrySafety => ({
      ...custom(retrySafety, run => {
        ran.push(run.message.payload)
        return open.act(run)
      }),
      retrySafety,
    })),
    workflows: [
      ...safeties.map(name => ({ workflow_id: name, tasks: [task('t', name, {})] })),
      { workflow_id: 'two', tasks: [task('first', 'unsafe_write', {}), task('then', 'pure', {})] },
    ],
    channels: [...safeties, 'two'].map(name => serving(name, { config: full })),
    live: { registry },
  }
  const ask: Shop['ask'] = async (name, key, { payload = { n: 1 }, guards = {}, ...facts } = {}) => {
    const runtime = runtimeOf(open, name)
    const headers = key === undefined ? {} : { 'idempotency-key': key }
    const arrival = testArrival({ payload, headers, ...facts })
    const changed = { ...runtime.guards, ...guards }
    const channel: ChannelRuntime = { ...runtime, guards: changed, guardsByWay: guardsByWay(changed) }
    return { answer: await open.dispatch(channel, arrival), arrival }
  }
  const open: Shop = Object.assign(await openRoom(options), {
    registry,
    ran,
    act: (() => 200) satisfies Task,
    ask,
    refused: (name: string, key: string, request?: Asked) => refusal(ask(name, key, request)),
  })
  return open
}

function runtimeOf(room: Room, name: string): ChannelRuntime {
  const runtime = room.live.snapshot().channels.find(channel => channel.name === name)
  if (runtime === undefined) throw new Error(`No channel "${name}" is live`)
  return runtime
}
