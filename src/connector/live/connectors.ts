import type { Clock } from '../../std/clock.ts'
import { EARLY_MS } from '../../std/early-timer.ts'
import { nearestName } from '../../std/nearest-name.ts'
import type { Permit } from '../../std/permits.ts'
import type { Passage } from '../breaker/breaker.ts'
import type { Breakers } from '../breaker/breakers.ts'
import { ConnectorError, type ConnectorErrorCode } from '../failure.ts'
import { type Clients, connectorKinds, type KindName } from '../kinds/index.ts'
import type { Closable } from '../kinds/kind.ts'
import { type RetryPolicy, retryDelayMs } from '../retry.ts'
import type { ConnectorCall, ConnectorCalls } from './connector-calls.ts'
import type { LiveByKind } from './live-by-kind.ts'
import type { LiveConnector } from './live-connector.ts'

/** What is counted, and told in the log. */
export interface ConnectorEvents {
  /** A breaker opened, or opened anew. */
  breakerOpened(channel: string, connector: string, reason: string): void
  /** A call failed at the far side, after its retries. */
  callFailed(kind: KindName): void
}

interface ConnectorsNeeds {
  readonly events: ConnectorEvents
  readonly breakers: Breakers
  readonly clock: Clock
  readonly chance: () => number
  /** Every enabled connector, whatever its kind. */
  readonly names: ReadonlySet<string>
  /** Why a connector cannot be used. */
  readonly broken: ReadonlyMap<string, string>
}

type Attempt<Client, Result> = (client: Client, signal: AbortSignal) => Promise<Result>

/** The connectors of one snapshot; what stands around every call is here, once for all kinds. */
export class Connectors implements ConnectorCalls {
  readonly #byName: LiveByKind
  readonly #needs: ConnectorsNeeds

  constructor(byName: LiveByKind, needs: ConnectorsNeeds) {
    this.#byName = byName
    this.#needs = needs
  }

  async call<Name extends KindName, Result>(
    name: string,
    kind: Name,
    call: ConnectorCall,
    attempt: Attempt<Clients[Name], Result>,
  ): Promise<Result> {
    const connector = this.#byName[kind].get(name) ?? this.#missing(name, kind)
    for (const operation of [call.operation, ...(call.alsoDoes ?? [])]) connector.checkOperation(operation)
    const passage = this.#pass(name, call)
    let permit: Permit | undefined
    try {
      const place = connector.enter(call.signal)
      permit = place instanceof Promise ? await place : place
      const result = await this.#tried(connector, call, attempt)
      passage?.succeeded()
      return result
    } catch (error) {
      this.#tell(passage, { channel: call.channel, name, kind }, error)
      throw error
    } finally {
      permit?.release()
    }
  }

  #missing(name: string, kind: KindName): never {
    const { broken, names } = this.#needs
    const why = broken.get(name)
    if (why !== undefined) {
      throw new ConnectorError('UPSTREAM_UNAVAILABLE', `Connector '${name}' cannot be used`, {
        note: why,
        isPassing: false,
      })
    }
    if (names.has(name)) {
      throw new ConnectorError('VALIDATION_ERROR', `Connector '${name}' is not ${connectorKinds[kind].title}`)
    }
    const near = nearestName(name, [...names])
    const suggestion = near === undefined ? '' : `; did you mean '${near}'?`
    throw new ConnectorError('UPSTREAM_UNAVAILABLE', `Connector '${name}' not found`, {
      note: `there is no enabled connector of this name${suggestion}`,
      isPassing: false,
    })
  }

  #pass(name: string, { channel }: ConnectorCall): Passage | undefined {
    const { breakers, clock } = this.#needs
    const admitted = breakers.of(channel, name)?.admit(clock)
    if (admitted === undefined || !('waitMs' in admitted)) return admitted
    throw new ConnectorError(
      'CIRCUIT_OPEN',
      `Circuit breaker open for connector '${name}' on channel '${channel}'`,
      {
        retryAfterSecs: Math.max(1, Math.ceil(admitted.waitMs / 1000)),
        isPassing: false,
      },
    )
  }

  /** The breaker counts only what tells that the far side is unwell; an answer that says no shows that it is well. */
  #tell(
    passage: Passage | undefined,
    { channel, name, kind }: { channel: string; name: string; kind: KindName },
    error: unknown,
  ): void {
    if (!(error instanceof ConnectorError)) {
      passage?.abandoned()
      return
    }
    const { events } = this.#needs
    if (error.isUnwell || error.code === 'UPSTREAM_ERROR') events.callFailed(kind)
    const reason = error.note ?? error.message
    if (error.isUnwell) {
      if (passage?.failed(reason)) events.breakerOpened(channel, name, reason)
    } else if (error.isUntouched || NOT_TRIED.has(error.code)) {
      passage?.abandoned()
    } else {
      passage?.succeeded()
    }
  }

  async #tried<Client extends Closable, Result>(
    connector: LiveConnector<Client>,
    call: ConnectorCall,
    attempt: Attempt<Client, Result>,
  ): Promise<Result> {
    const { clock } = this.#needs
    for (let tries = 1; ; tries++) {
      try {
        return await once(connector, call, attempt, clock)
      } catch (error) {
        if (!(error instanceof ConnectorError) || call.signal.aborted) throw error
        const waitMs = this.#waitMs(error, tries, connector.retries, call)
        if (waitMs === undefined) throw error
        await pause(waitMs, call.signal)
        if (call.signal.aborted) throw error
      }
    }
  }

  #waitMs(
    error: ConnectorError,
    tries: number,
    { maxRetries, delayMs }: RetryPolicy,
    call: ConnectorCall,
  ): number | undefined {
    const { clock, chance } = this.#needs
    const attempted = {
      tries,
      isRepeatable: call.isRepeatable,
      remainingMs: call.deadlineAt - clock.monotonic(),
    }
    return retryDelayMs(error, attempted, { maxRetries: call.maxRetries ?? maxRetries, delayMs }, chance)
  }
}

/** One try. The run's end ends it, whatever the client does about its signal. */
function once<Client extends Closable, Result>(
  connector: LiveConnector<Client>,
  call: ConnectorCall,
  attempt: Attempt<Client, Result>,
  clock: Clock,
): Promise<Result> {
  const { signal } = call
  if (signal.aborted) return Promise.reject(overdue(connector.name, call, clock, false))
  return new Promise((resolve, reject) => {
    const client = connector.take()
    let isOver = false
    const end = () => {
      if (isOver) return false
      isOver = true
      signal.removeEventListener('abort', leave)
      connector.giveBack()
      return true
    }
    // What comes of it afterwards is nobody's any more.
    const leave = () => {
      if (end()) reject(overdue(connector.name, call, clock, true))
    }
    const fail = (error: unknown) => {
      if (end()) reject(error)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      attempt(client, signal).then(result => {
        if (end()) resolve(result)
      }, fail)
    } catch (error) {
      fail(error)
    }
  })
}

function overdue(
  connector: string,
  { operation, deadlineAt }: ConnectorCall,
  clock: Clock,
  hasBegun: boolean,
): ConnectorError {
  const isLate = clock.monotonic() >= deadlineAt - EARLY_MS
  const note = isLate ? 'the time of the run was over' : 'the run was stopped'
  return new ConnectorError(
    'TIMEOUT_ERROR',
    `${operation} over connector '${connector}' did not end in time`,
    { note, isUnwell: isLate && hasBegun, isUntouched: !hasBegun },
  )
}

/** The call ended before the far side could show how it is, or without asking it at all. */
const NOT_TRIED: ReadonlySet<ConnectorErrorCode> = new Set([
  'VALIDATION_ERROR',
  'FORBIDDEN',
  'UPSTREAM_UNAVAILABLE',
  'TIMEOUT_ERROR',
])

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const leave = () => resolve()
  signal.addEventListener('abort', leave, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  })
}
