import { noKeySets } from '../auth/channel/test-key-sets.ts'
import { OPEN_CORS } from '../channel/cors/test-cors.ts'
import type { Channel } from '../channel/definition.ts'
import { type InvalidateNamespace, openInvalidation } from '../channel/response-cache/invalidation.ts'
import { MemoryResponseCache } from '../channel/response-cache/memory-store.ts'
import { openConnectorRuntime } from '../connector/live/test-runtime.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { FunctionDescriptor, FunctionTable } from '../engine/functions-api.ts'
import { fixedClock, mapTask, testLimits } from '../engine/test-run.ts'
import { compileInPortions } from '../engine/workflow.ts'
import { OrionError } from '../errors.ts'
import { openTestSecrets } from '../secrets/test-secrets.ts'
import type { Clock } from '../std/clock.ts'
import { newId } from '../std/ids.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Statement, Store, Trace } from '../storage/store.ts'
import {
  channel,
  type Folder,
  folder,
  INSTANT,
  openTestStore,
  save,
  workflow,
} from '../storage/test-store.ts'
import { openCounters } from '../telemetry/counters.ts'
import type { Log } from '../telemetry/log.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Workflow } from '../workflow/definition.ts'
import { type Dispatch, type DispatchNeeds, openDispatch } from './dispatch.ts'
import { AnsweredKeys } from './guards/answered-keys.ts'
import { memoryStores } from './guards/guard-stores.ts'
import { RuntimeRegistry } from './guards/registry.ts'
import { StoreWatch } from './guards/store-watch.ts'
import { StoredKeys } from './guards/stored-keys.ts'
import { type LiveNeeds, type OpenLive, openLive } from './open-live.ts'
import { openShadowing } from './rehearsal/shadowing.ts'
import { testArrival } from './test-arrival.ts'
import { openTraceRecorder } from './trace-recorder.ts'
import type { TracingPolicy } from './tracing-policy.ts'

/** What dispatch's own tests share: everything from storage to `dispatch` over a real file. */

export interface Room extends AsyncDisposable {
  readonly store: Store
  readonly live: OpenLive
  readonly dispatch: Dispatch
  readonly clock: TestClock
  readonly telemetry: Telemetry
  readonly responseCache: MemoryResponseCache
  readonly invalidate: InvalidateNamespace
  readonly storeWatch: StoreWatch
  readonly answeredKeys: AnsweredKeys
  /** Lines of the log, `LEVEL MESSAGE`. */
  readonly lines: string[]
  /** Names of the workflows in the order in which they were compiled. */
  readonly compiled: string[]
  /** Runs the channel of that name with `data` as its payload. */
  send(name: string, data?: Json, metadata?: JsonObject): Promise<JsonObject>
  /** All stored traces, oldest first. */
  traces(): Promise<Trace[]>
}

/** Stands still unless it is moved; every look at it moves it by `stepMs`. */
interface TestClock extends Clock {
  stepMs: number
  advance(ms: number): void
}

function testClock(): TestClock {
  let elapsed = 0
  return {
    stepMs: 0,
    advance(ms) {
      elapsed += ms
    },
    now: () => Date.parse(INSTANT) + elapsed,
    monotonic() {
      elapsed += this.stepMs
      return elapsed
    },
  }
}

export interface RoomOptions {
  channels?: readonly Partial<Channel>[]
  workflows?: readonly Partial<Workflow>[]
  /** Beside the built-in ones. */
  functions?: readonly FunctionDescriptor[]
  tracing?: Partial<TracingPolicy>
  live?: Partial<LiveNeeds>
  dispatch?: Partial<DispatchNeeds>
}

export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const place = folder()
  const store = await openTestStore(place.file('orion.db'))
  const { workflows = [], channels = [] } = options
  await save(
    store,
    ...workflows.map(fields => store.workflows.insert(activeWorkflow(fields))),
    ...channels.map(fields => store.channels.insert(activeChannel(fields))),
  )
  return furnish(place, store, options)
}

function testTelemetry(): { telemetry: Telemetry; lines: string[] } {
  const lines: string[] = []
  const log: Log = {
    enabled: () => true,
    write: (level, _target, message) => lines.push(`${level} ${message}`),
    access: () => undefined,
    flush: () => Promise.resolve(),
  }
  return { telemetry: { log, counters: openCounters() }, lines }
}

function keptState(store: Store, clock: Clock, telemetry: Telemetry) {
  return {
    connectorRuntime: openConnectorRuntime({ clock, chance: () => 0 }),
    openSecrets: openTestSecrets(),
    vars: {},
    storeWatch: new StoreWatch(telemetry),
    keySets: noKeySets(clock),
    answeredKeys: new AnsweredKeys({ store: new StoredKeys(store), clock, telemetry }),
  }
}

/** What of dispatch is the same for every room. */
const PLAIN = {
  chance: () => 0.5,
  log: { enabled: () => false, write: () => undefined },
  limits: testLimits,
  maxResultBytes: 0,
  newId,
  calls: { maxDepth: 10, defaultTimeoutMs: 30_000 },
}

function nothing(): undefined {
  return undefined
}

/** What outlives snapshots. */
function remembered(functions: FunctionTable, clock: Clock) {
  return {
    registry: new RuntimeRegistry(),
    shadowing: openShadowing({ functions, limits: testLimits, clock, maxResultBytes: 0 }),
  }
}

async function furnish(place: Folder, store: Store, options: RoomOptions): Promise<Room> {
  const clock = testClock()
  const { telemetry, lines } = testTelemetry()
  const responseCache = new MemoryResponseCache({ clock, maxBytes: 1_000_000, maxEntries: 1000 })
  const invalidate = openInvalidation(() => [responseCache], nothing)
  const guards = keptState(store, clock, telemetry)
  const compiled: string[] = []
  const functions = functionTable([...builtInFunctions, ...(options.functions ?? [])])
  const live = await openLive({
    store,
    clock,
    telemetry,
    version: '0.0.0',
    reloadTimeoutMs: 10_000,
    defaultTimeoutMs: 30_000,
    tracing: { mode: 'sync', sampleRate: 1, errorsOnly: false, ...options.tracing },
    profiles: false,
    cors: OPEN_CORS,
    limits: testLimits,
    ...remembered(functions, clock),
    ...guards,
    responseCache,
    localCache: responseCache,
    stores: memoryStores(clock),
    serves: () => true,
    compile(definition, secrets) {
      compiled.push(definition.name)
      return compileInPortions(definition, { functions, limits: testLimits, clock: fixedClock, secrets })
    },
    ...options.live,
  })
  const dispatch = openDispatch({
    ...PLAIN,
    recorder: openTraceRecorder({ store, clock, telemetry }),
    clock,
    invalidate,
    functions,
    ...options.dispatch,
  })
  return {
    store,
    live,
    dispatch,
    clock,
    telemetry,
    responseCache,
    invalidate,
    ...guards,
    lines,
    compiled,
    async send(name, payload = {}, metadata = {}) {
      const runtime = live.snapshot().channels.find(channel => channel.name === name)
      if (runtime === undefined) throw new Error(`No channel "${name}" is live`)
      return JSON.parse((await dispatch(runtime, testArrival({ payload, metadata }))).body)
    },
    async traces() {
      const page = { limit: 1000, offset: 0 }
      return (await store.traces.list({}, { by: 'created_at', order: 'asc' }, page)).rows
    },
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      place[Symbol.dispose]()
    },
  }
}

export function activeWorkflow(fields: Partial<Workflow>): Workflow {
  return workflow({ status: 'active', ...fields })
}

export function activeChannel(fields: Partial<Channel>): Channel {
  return channel({ status: 'active', ...fields })
}

/** A workflow that answers `{"answer": RESULT}`. */
export function answering(
  workflow_id: string,
  result: Json,
  fields: Partial<Workflow> = {},
): Partial<Workflow> {
  return { workflow_id, name: workflow_id, tasks: [mapTask('a', { 'data.answer': result })], ...fields }
}

/** A channel of the same name and route as its workflow. */
export function serving(workflow_id: string, fields: Partial<Channel> = {}): Partial<Channel> {
  return {
    channel_id: workflow_id,
    name: workflow_id,
    route_pattern: `/${workflow_id}`,
    workflow_id,
    ...fields,
  }
}

export function writing(...statements: Statement[]) {
  return { statements, durability: 'full' } as const
}

/** The error with which work was refused; throws when it was not, or failed in another way. */
export async function refusal(work: Promise<unknown>): Promise<OrionError> {
  try {
    await work
  } catch (error) {
    if (error instanceof OrionError) return error
    throw error
  }
  throw new Error('not refused')
}
