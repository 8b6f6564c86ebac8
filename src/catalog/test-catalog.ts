import { expect } from 'bun:test'
import type { Principal } from '../auth/principal.ts'
import { Breakers } from '../connector/breaker/breakers.ts'
import { openConnectorRuntime } from '../connector/live/test-runtime.ts'
import { openRoom, type Room } from '../dispatch/test-room.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { testLimits } from '../engine/test-run.ts'
import type { ErrorCode } from '../errors.ts'
import { KeyRing } from '../secrets/key-ring.ts'
import { openTestSecrets, TEST_KEY } from '../secrets/test-secrets.ts'
import { newId } from '../std/ids.ts'
import { isObject, type JsonObject } from '../std/json.ts'
import type { AuditEntry } from '../storage/store.ts'
import type { Catalog } from './api.ts'
import { openCatalog } from './catalog.ts'

/** What the catalog's own tests share: a catalog over a real file and a real snapshot. */

const NO_BREAKERS = { enabled: false, failureThreshold: 5, recoveryMs: 1000, maxBreakers: 10 }

export const ALICE: Principal = { name: 'alice...' }

export interface Office extends AsyncDisposable {
  readonly room: Room
  readonly catalog: Catalog
  /** Another catalog over the same store, as a second server would have it. */
  second(): Catalog
  /** Audit rows, oldest first. */
  audit(): Promise<AuditEntry[]>
  /** `details` of the newest audit row. */
  details(): Promise<JsonObject>
  /** Names of the channels that answer. */
  served(): string[]
}

export async function openOffice(): Promise<Office> {
  const room = await openRoom()
  const open = () =>
    openCatalog({
      store: room.store,
      live: room.live,
      functions: functionTable(builtInFunctions),
      limits: testLimits,
      platformRate: undefined,
      breakers: new Breakers(NO_BREAKERS, room.clock),
      probe: connector => openConnectorRuntime({ clock: room.clock, chance: () => 0 }).probe(connector),
      ring: new KeyRing(TEST_KEY, []),
      openSecrets: openTestSecrets(`[secrets]\nkey = "${TEST_KEY}"`),
      telemetry: room.telemetry,
      clock: room.clock,
      newId,
      invalidate: room.invalidate,
    })
  const catalog = open()
  const audit = async () => (await catalog.auditLogs({ limit: 1000, offset: 0 })).rows.toReversed()
  return {
    room,
    catalog,
    second: open,
    audit,
    async details() {
      const details: unknown = JSON.parse((await audit()).at(-1)?.details ?? 'null')
      return isObject(details) ? details : {}
    },
    served: () => room.live.snapshot().channels.map(({ name }) => name),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  }
}

/** Body of a workflow that answers `{"answer": RESULT}`. */
export function workflowBody(workflow_id: string, answer = 'v1', fields: JsonObject = {}): JsonObject {
  const input = { mappings: [{ path: 'data.answer', logic: answer }] }
  return {
    workflow_id,
    name: workflow_id,
    tasks: [{ id: 'a', name: 'A', function: { name: 'map', input } }],
    ...fields,
  }
}

/** Body of a channel of the same name, route and workflow as its id. */
export function channelBody(channel_id: string, fields: JsonObject = {}): JsonObject {
  return {
    channel_id,
    name: channel_id,
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: `/${channel_id}`,
    workflow_id: channel_id,
    ...fields,
  }
}

/** The promise rejects with this code and a message that holds the text. */
export async function expectRefusal(
  promise: Promise<unknown>,
  code: ErrorCode,
  message: string,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
}
