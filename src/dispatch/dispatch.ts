import { OrionError } from '../errors.ts'
import { type Answer, errorAnswer } from './answer.ts'
import type { Arrival, Body } from './arrival.ts'
import { type CallLimits, openCalls } from './calls/open-calls.ts'
import { defect } from './failure.ts'
import type { Caller } from './guards/caller.ts'
import type { CacheHit, CacheMiss, Claim, Guards } from './guards/guards.ts'
import type { Request } from './guards/request.ts'
import { shownMetadata } from './metadata.ts'
import { type Ended, type RunNeeds, runChannel } from './run-channel.ts'
import type { ChannelRuntime } from './snapshot.ts'
import type { TraceRecorder } from './trace-recorder.ts'

/**
 * The one door of all work: asks the channel's guards, runs its workflow and gives the answer once its trace is stored.
 * Rejects with what a guard refuses with, with SERVICE_UNAVAILABLE, TIMEOUT, RESPONSE_TOO_LARGE, VALIDATION_ERROR,
 * ENGINE_ERROR, INTERNAL_ERROR, or as reading the body does.
 */
export type Dispatch = (channel: ChannelRuntime, arrival: Arrival) => Promise<Answer>

export interface DispatchNeeds extends Omit<RunNeeds, 'admitTrace' | 'call'> {
  readonly recorder: TraceRecorder
  readonly newId: () => string
  readonly calls: CallLimits
}

export function openDispatch({ recorder, ...needs }: DispatchNeeds): Dispatch {
  const dispatch: Dispatch = async (channel, arrival) => {
    refuseQuarantined(channel)
    const { request, bytes } = await admitted(channel, arrival, run)
    const { deduplication } = guardsOf(channel, arrival)
    const claimed = deduplication?.claim(request, bytes)
    const claim = claimed instanceof Promise ? await claimed : claimed
    if (claim === undefined) return kept(channel, request, undefined, run)
    if (claim.kind === 'replay') return claim.answer
    return claiming(channel, request, claim, run)
  }
  const { clock, newId, calls: limits } = needs
  const call = openCalls({ dispatch, clock, newId, limits })
  const run: Needs = { ...needs, recorder, admitTrace: () => recorder.admit(), call }
  return dispatch
}

interface Needs extends RunNeeds {
  readonly recorder: TraceRecorder
}

function guardsOf({ guardsByWay }: ChannelRuntime, { origin }: Arrival): Guards {
  return guardsByWay[origin]
}

function refuseQuarantined({ name, quarantine }: ChannelRuntime): void {
  if (quarantine === undefined) return
  throw new OrionError(
    'SERVICE_UNAVAILABLE',
    `Channel '${name}' is quarantined: its definition cannot be loaded; the load issues of GET /api/v1/admin/engine/status say why`,
  )
}

/**
 * Past the guards that need nothing of a run. Who is over the limit or not who he says costs no parsing: the body is
 * read behind the rate limit, unless its key depends on it, and parsed behind the check of the caller.
 */
async function admitted(
  channel: ChannelRuntime,
  arrival: Arrival,
  { chance }: Needs,
): Promise<{ request: Request; bytes: Uint8Array }> {
  const { rateLimit, auth, principalRateLimit, origin, requestSchema, validation } = guardsOf(
    channel,
    arrival,
  )
  const counted = rateLimit?.readsBody === false ? rateLimit.admit(arrival, undefined) : undefined
  if (counted instanceof Promise) await counted
  const bytes = await arrival.bytes()
  let body: Body | undefined
  if (rateLimit?.readsBody === true) {
    body = await arrival.parse(bytes, channel.bodyMode)
    await rateLimit.admit(arrival, body)
  }
  const verified = auth?.verify(arrival, bytes)
  const caller = (verified instanceof Promise ? await verified : verified) ?? arrival.called?.caller
  if (principalRateLimit !== undefined) await principalRateLimit.admit(arrival, caller?.identity)
  origin?.check(arrival)
  if (body === undefined) {
    const parsed = arrival.parse(bytes, channel.bodyMode)
    body = parsed instanceof Promise ? await parsed : parsed
  }
  const request = requestOf(channel, arrival, body, caller, chance)
  requestSchema?.check(request)
  validation?.check(request)
  return { request, bytes }
}

/** Here a request falls to the version of the workflow that will answer it, whatever guards and caches say later. */
function requestOf(
  channel: ChannelRuntime,
  arrival: Arrival,
  { payload, metadata }: Body,
  caller: Caller | undefined,
  chance: () => number,
): Request {
  const { split, sides } = channel
  const bucket = split?.bucketOf({ arrival, data: payload, auth: caller?.identity }, chance)
  return {
    arrival,
    data: payload,
    callerMetadata: metadata,
    metadata: shownMetadata(channel, arrival, metadata, caller?.shown),
    caller,
    auth: caller?.identity,
    bucket,
    side: split === undefined || bucket === undefined ? sides[0] : split.sideOf(bucket),
  }
}

/** A request that has its idempotency key gives it back when it was not answered for good. */
async function claiming(
  channel: ChannelRuntime,
  request: Request,
  claim: Claim,
  needs: Needs,
): Promise<Answer> {
  try {
    return await kept(channel, request, claim, needs)
  } finally {
    claim.release()
  }
}

/** The answer that was kept for such a request, or one that is kept from now on. */
async function kept(
  channel: ChannelRuntime,
  request: Request,
  claim: Claim | undefined,
  needs: Needs,
): Promise<Answer> {
  const { cache } = guardsOf(channel, request.arrival)
  const looked = cache?.lookup(request)
  const found = looked instanceof Promise ? await looked : looked
  if (found === undefined) return served(channel, request, claim, needs)
  if (found.kind === 'hit') return again(found, claim)
  return fresh(channel, request, claim, found, needs)
}

async function again({ answer }: CacheHit, claim: Claim | undefined): Promise<Answer> {
  await claim?.finish(answer)
  return answer
}

async function fresh(
  channel: ChannelRuntime,
  request: Request,
  claim: Claim | undefined,
  miss: CacheMiss,
  needs: Needs,
): Promise<Answer> {
  try {
    return await served(channel, request, claim, needs, miss)
  } catch (error) {
    miss.abandon()
    throw error
  }
}

/** Runs in a place of its own; what came of it is stored before it is told. */
async function served(
  channel: ChannelRuntime,
  request: Request,
  claim: Claim | undefined,
  needs: Needs,
  miss?: CacheMiss,
): Promise<Answer> {
  const { backpressure } = guardsOf(channel, request.arrival)
  const { id, requestId, called } = request.arrival
  // What is kept for a task is read by a task.
  const errorBodies = called === undefined ? channel.errorBodies : undefined
  const workflowVersion = request.side?.version ?? null
  const told = (error: OrionError): Answer => ({
    ...errorAnswer(error, { channel: { name: channel.name, errorBodies }, id, requestId }),
    workflowVersion,
  })
  const entered = backpressure?.enter(request.arrival)
  const permit = entered instanceof Promise ? await entered : entered
  let ended: Ended
  try {
    const running = runChannel(channel, request, needs)
    ended = running instanceof Promise ? await running : running
  } catch (error) {
    if (error instanceof OrionError) throw error
    tellVersion(request)
    // A defect: nobody knows what was done before it.
    await claim?.finish(told(defect(error).error))
    throw error
  } finally {
    permit?.release()
  }
  const { outcome, trace, isClean, hasEffect } = ended
  const failed = 'error' in outcome
  if (failed) tellVersion(request)
  const recorded = trace === undefined ? undefined : needs.recorder.record(trace)
  try {
    // Begun in the same turn as the trace, so that the two are committed in one group.
    if (!failed) await claim?.finish(outcome)
    else if (hasEffect) await claim?.finish(told(outcome.error))
  } finally {
    await recorded
  }
  if (!failed && miss !== undefined) await miss.store(outcome, isClean)
  ended.rehearse?.()
  if (failed) throw outcome.error
  return ended.annotated(outcome)
}

/** The error of a run says which version it was, as its answer does. */
function tellVersion({ arrival, side }: Request): void {
  if (side !== undefined) arrival.addHeader('x-orion-workflow-version', `${side.version}`)
}
