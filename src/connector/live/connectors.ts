import type { Clock } from '../../std/clock.ts'
import { nearestName } from '../../std/nearest-name.ts'
import type { Passage } from '../breaker/breaker.ts'
import type { Breakers } from '../breaker/breakers.ts'
import { ConnectorError } from '../failure.ts'
import { type Clients, connectorKinds, type KindName } from '../kinds/index.ts'
import type { Closable } from '../kinds/kind.ts'
import { retryDelayMs } from '../retry.ts'
import type { ConnectorCall, ConnectorCalls } from './connector-calls.ts'
import type { LiveByKind } from './live-by-kind.ts'
import type { LiveConnector } from './live-connector.ts'

interface ConnectorsNeeds {
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
    try {
      const permit = await connector.enter(call.signal)
      try {
        const result = await this.#tried(connector, call, attempt)
        passage?.succeeded()
        return result
      } finally {
        permit.release()
      }
    } catch (error) {
      tell(passage, error)
      throw error
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

  async #tried<Client extends Closable, Result>(
    connector: LiveConnector<Client>,
    call: ConnectorCall,
    attempt: Attempt<Client, Result>,
  ): Promise<Result> {
    const { clock, chance } = this.#needs
    const policy = { ...connector.retries }
    if (call.maxRetries !== undefined) policy.maxRetries = call.maxRetries
    for (let tries = 1; ; tries++) {
      try {
        return await once(connector, call, attempt, clock)
      } catch (error) {
        if (!(error instanceof ConnectorError) || call.signal.aborted) throw error
        const remainingMs = call.deadlineAt - clock.monotonic()
        const waitMs = retryDelayMs(
          error,
          { tries, isRepeatable: call.isRepeatable, remainingMs },
          policy,
          chance,
        )
        if (waitMs === undefined) throw error
        await pause(waitMs, call.signal)
        if (call.signal.aborted) throw error
      }
    }
  }
}

/** One try. The run's end ends it, whatever the client does about its signal. */
async function once<Client extends Closable, Result>(
  connector: LiveConnector<Client>,
  { signal, operation, deadlineAt }: ConnectorCall,
  attempt: Attempt<Client, Result>,
  clock: Clock,
): Promise<Result> {
  using lease = connector.lease()
  const { promise: over, resolve: end } = Promise.withResolvers<'over'>()
  const leave = () => end('over')
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    const running = attempt(lease.client, signal)
    const first = await Promise.race([running.then(result => ({ result })), over])
    if (first !== 'over') return first.result
    // Whatever comes of it is nobody's any more.
    running.catch(() => undefined)
    const isLate = clock.monotonic() >= deadlineAt
    throw new ConnectorError(
      'TIMEOUT_ERROR',
      `${operation} over connector '${connector.name}' did not end in time`,
      {
        note: isLate ? 'the time of the run was over' : 'the run was stopped',
        isUnwell: isLate,
      },
    )
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** The call may have ended before the far side could show how it is. */
const NOT_TRIED = new Set(['UPSTREAM_UNAVAILABLE', 'TIMEOUT_ERROR'])

/** The breaker counts only what tells that the far side is unwell. */
function tell(passage: Passage | undefined, error: unknown): void {
  if (passage === undefined) return
  if (error instanceof ConnectorError) {
    if (error.isUnwell) passage.failed(error.note ?? error.message)
    else if (NOT_TRIED.has(error.code)) passage.abandoned()
    else passage.succeeded()
  } else passage.abandoned()
}

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
