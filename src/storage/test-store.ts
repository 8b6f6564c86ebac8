import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel } from '../channel/definition.ts'
import type { Connector } from '../connector/definition.ts'
import type { Clock } from '../std/clock.ts'
import { newId } from '../std/ids.ts'
import type { Log } from '../telemetry/log.ts'
import type { Workflow } from '../workflow/definition.ts'
import { openStore } from './open-store.ts'
import type { Scope } from './scope.ts'
import type { Statement, Store, Trace } from './store.ts'

/** What storage's own tests share: real files in temporary folders, one instant, rows of a few words. */

export const INSTANT = '2026-01-02T03:04:05.678Z'

export const testClock: Clock = { now: () => Date.parse(INSTANT), monotonic: () => performance.now() }

export interface TestLog extends Pick<Log, 'write'> {
  readonly lines: string[]
}

export function testLog(): TestLog {
  const lines: string[] = []
  return {
    lines,
    write: (level, _target, message) => lines.push(`${level} ${message}`),
  }
}

export interface Folder extends Disposable {
  readonly path: string
  file(name: string): string
}

export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'orion-storage-'))
  return {
    path,
    file: name => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

export function openTestStore(path: string, scope?: Scope): Promise<Store> {
  return openStore({
    url: path === ':memory:' ? 'sqlite::memory:' : `sqlite:${path}`,
    busyTimeoutMs: 2_000,
    walLimitMb: 64,
    clock: testClock,
    log: testLog(),
    ...(scope && { scope }),
  })
}

export async function save(store: Store, ...statements: Statement[]): Promise<void> {
  await store.commit({ statements, durability: 'full' })
}

export function workflow(fields: Partial<Workflow> = {}): Workflow {
  return {
    workflow_id: 'orders',
    version: 1,
    name: 'Orders',
    description: null,
    priority: 0,
    status: 'draft',
    rollout_percentage: 100,
    condition: true,
    tasks: [{ id: 't', name: 'T', function: { name: 'log', input: { message: 'hi' } } }],
    tags: [],
    continue_on_error: false,
    loop: null,
    created_at: INSTANT,
    updated_at: INSTANT,
    ...fields,
  }
}

export function channel(fields: Partial<Channel> = {}): Channel {
  return {
    channel_id: 'orders',
    version: 1,
    name: 'orders',
    description: null,
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/orders',
    topic: null,
    consumer_group: null,
    transport_config: {},
    workflow_id: 'orders',
    config: {},
    tags: [],
    status: 'draft',
    priority: 0,
    created_at: INSTANT,
    updated_at: INSTANT,
    ...fields,
  }
}

export function connector(fields: Partial<Connector> = {}): Connector {
  return {
    id: 'pay',
    name: 'pay',
    connector_type: 'http',
    config: { url: 'https://pay.example.com', auth: { type: 'bearer', token: 's3cret' } },
    enabled: true,
    tags: [],
    created_at: INSTANT,
    updated_at: INSTANT,
    ...fields,
  }
}

export function trace(fields: Partial<Trace> = {}): Trace {
  return {
    id: newId(),
    channel: 'orders',
    channel_id: 'orders',
    mode: 'sync',
    status: 'completed',
    workflow_version: 1,
    input_json: '{"n":1}',
    result_json: '{"ok":true}',
    error_message: null,
    duration_ms: 1.25,
    started_at: INSTANT,
    completed_at: INSTANT,
    created_at: INSTANT,
    updated_at: INSTANT,
    explain_json: null,
    answer_notes_json: null,
    ...fields,
  }
}

/** Text that breaks careless quoting, encoding or matching; all of it is well-formed Unicode. */
export const NASTY_TEXTS = [
  `'; drop table workflows; --`,
  '"double" and `back` and \\ slash',
  '100%_of%%_\\%',
  'emoji 👩‍👩‍👧 and \u{10ffff}',
  'right-to-left \u202eabc\u202c',
  'nul \0 inside',
  'line\nbreak\ttab\r\u2028',
  '{"json": ["inside"]}',
  '?1 :name @at $dollar',
  'é e\u0301 ﬁ',
]

/** Transactions in a WAL file: its frames that end one. */
export function transactionsIn(walFile: string): number {
  const wal = readFileSync(walFile)
  const page = wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  let transactions = 0
  for (let at = 32; at + 24 + page <= wal.length; at += 24 + page) {
    const current = wal.subarray(at + 8, at + 16).equals(salt)
    if (current && wal.readUInt32BE(at + 4) > 0) transactions++
  }
  return transactions
}
