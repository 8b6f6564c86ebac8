import { OrionError, validationError } from '../../errors.ts'
import { parseExactly } from '../../std/exact-values.ts'
import type { JsonObject } from '../../std/json.ts'
import { nextTurn } from '../../std/next-turn.ts'
import { inPortions } from '../../std/portions.ts'
import type { RecordedTrace, Store } from '../../storage/store.ts'
import type { Workflow } from '../../workflow/definition.ts'
import type { ChannelRuntime, Snapshot } from '../snapshot.ts'
import { Comparison, type ComparisonReport } from './comparison.ts'
import { restoredMetadata } from './kept-metadata.ts'
import {
  compileStubbed,
  type RehearsalNeeds,
  type Rehearsed,
  type StubbedVersion,
  wasCutShort,
} from './stubbed-version.ts'

export interface ReplayNeeds extends RehearsalNeeds {
  readonly store: Pick<Store, 'workflows' | 'channels' | 'traces'>
  readonly snapshot: () => Snapshot
}

/** Stored requests of a workflow, and the version that they are run against. */
export interface ReplayRequest {
  readonly version: number
  readonly from: { readonly traceIds: readonly string[] } | { readonly filter: ReplayFilter }
  /** Requests at most. */
  readonly limit: number
}

export interface ReplayFilter {
  /** Name of the channel. */
  readonly channel?: string
  readonly status?: string
  readonly sinceMs?: number
  readonly untilMs?: number
}

export interface ReplayReport extends ComparisonReport {
  readonly version: number
  /** Ids that are no stored request of a channel which runs the workflow; absent: none. */
  readonly missing?: readonly string[]
  /** Requests that there was no time for; absent: none. */
  readonly not_run?: number
}

/** Longest replay. */
const REPLAY_MS = 30_000

/** Runs stored requests against a version and compares what comes of it with what was answered. One at a time. */
export class Replay {
  readonly #needs: ReplayNeeds
  #isRunning = false

  constructor(needs: ReplayNeeds) {
    this.#needs = needs
  }

  /** Rejects with NOT_FOUND, VALIDATION_ERROR, or CONFLICT while another replay runs. */
  async run(workflowId: string, request: ReplayRequest): Promise<ReplayReport> {
    if (this.#isRunning) {
      throw new OrionError('CONFLICT', 'Another replay is running; try again when it has ended')
    }
    this.#isRunning = true
    try {
      return await this.#replay(workflowId, request)
    } finally {
      this.#isRunning = false
    }
  }

  async #replay(workflowId: string, request: ReplayRequest): Promise<ReplayReport> {
    const { clock } = this.#needs
    const endMs = clock.monotonic() + REPLAY_MS
    const leftMs = () => endMs - clock.monotonic()
    const definition = await this.#version(workflowId, request.version)
    const version = await inPortions(compileStubbed(definition, this.#needs), clock)
    const channels = await this.#channelsOf(workflowId)
    const ids = await this.#selected(request, channels, () => leftMs() <= 0)
    const comparison = new Comparison()
    const missing: string[] = []
    let done = 0
    for (const id of ids) {
      if (leftMs() <= 0) break
      const trace = await this.#needs.store.traces.recorded(id)
      const channel = channels.find(known => known.id === trace?.channel_id)
      if (trace === undefined || channel === undefined) missing.push(id)
      else await compareAgain(trace, version, channel, Math.max(1, leftMs()), comparison)
      done++
      await nextTurn()
    }
    return {
      version: version.version,
      ...comparison.report(),
      ...(missing.length > 0 && { missing }),
      ...(done < ids.length && { not_run: ids.length - done }),
    }
  }

  async #version(workflowId: string, version: number): Promise<Workflow> {
    const { workflows } = this.#needs.store
    const found = await workflows.version(workflowId, version)
    if (found !== undefined) return found
    const isKnown = (await workflows.states(workflowId)).length > 0
    const which = isKnown
      ? `Workflow '${workflowId}' has no version ${version}`
      : `Workflow '${workflowId}' not found`
    throw new OrionError('NOT_FOUND', which)
  }

  /** The live channels that run the workflow. */
  async #channelsOf(workflowId: string): Promise<ChannelRuntime[]> {
    const { rows } = await this.#needs.store.channels.active()
    const ids = new Set(rows.filter(row => row.workflow_id === workflowId).map(row => row.channel_id))
    return this.#needs
      .snapshot()
      .channels.filter(({ id, quarantine }) => ids.has(id) && quarantine === undefined)
  }

  async #selected(
    { from, limit }: ReplayRequest,
    channels: readonly ChannelRuntime[],
    isOver: () => boolean,
  ): Promise<readonly string[]> {
    if ('traceIds' in from) return [...new Set(from.traceIds)].slice(0, limit)
    const { channel, ...filter } = from.filter
    const wanted = channel === undefined ? channels : channels.filter(({ name }) => name === channel)
    if (channel !== undefined && wanted.length === 0) throw noSuchChannel(channel, channels)
    if (wanted.length === 0) return []
    const channelIds = wanted.map(({ id }) => id)
    return this.#needs.store.traces.newest({ channelIds, ...filter }, limit, isOver)
  }
}

async function compareAgain(
  trace: RecordedTrace,
  version: StubbedVersion,
  channel: ChannelRuntime,
  leftMs: number,
  comparison: Comparison,
): Promise<void> {
  const request = requestIn(trace, version)
  if (request === undefined || wasCutShort(trace)) {
    comparison.addNotComparable()
    return
  }
  const again = await version.rehearse(request, channel, Math.min(leftMs, channel.timeoutMs))
  if (again.isComparable) comparison.add({ old: trace, new: again.result, stubbed: again.stubbed })
  else comparison.addNotComparable()
}

/** Undefined when the trace does not hold all that the version looks at, or no result. */
function requestIn(trace: RecordedTrace, { workflow }: StubbedVersion): Rehearsed | undefined {
  const { id, input_json, metadata_json, status } = trace
  const metadata = restoredMetadata(metadata_json, workflow.reads)
  if (input_json === null || metadata === undefined) return undefined
  if (status !== 'completed' && status !== 'failed') return undefined
  return { id, payload: parseExactly(input_json), metadata, atMs: instantOf(trace, metadata) }
}

function instantOf({ started_at, created_at }: RecordedTrace, { processed_at }: JsonObject): number {
  const known = typeof processed_at === 'string' ? Date.parse(processed_at) : Number.NaN
  return Number.isNaN(known) ? Date.parse(started_at ?? created_at) : known
}

function noSuchChannel(name: string, channels: readonly ChannelRuntime[]): OrionError {
  const expected = channels.map(channel => channel.name).join(', ')
  return validationError([
    {
      path: 'filter.channel',
      code: 'INVALID_ENUM',
      message: `no live channel "${name}" runs this workflow`,
      ...(expected !== '' && { expected }),
      got: name,
    },
  ])
}
