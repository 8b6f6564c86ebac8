import type { Redis } from 'ioredis'
import type { Dialler } from '../../../egress/dialler.ts'
import { networkReason } from '../../../egress/network-reason.ts'
import { ConnectorError, unavailable } from '../../../failure.ts'
import { replyFailure } from './error-reply.ts'
import { overSocket } from './over-socket.ts'
import type { RedisSettings } from './redis-settings.ts'
import { type Reply, strange } from './script.ts'

interface LinkNeeds {
  /** Of the connector. */
  readonly name: string
  readonly dialler: Dialler
  readonly settings: RedisSettings
}

/** What the library says of a command for which the connection was gone already. */
const NOT_SENT = "Stream isn't writeable"

/** One connection to a Redis that let us in. Once it is lost, for whatever reason, it stays so. */
export class RedisLink {
  readonly #redis: Redis
  readonly #needs: LinkNeeds
  #lost: ConnectorError | undefined
  #pending = 0
  #isRetired = false

  private constructor(redis: Redis, needs: LinkNeeds) {
    this.#redis = redis
    this.#needs = needs
    redis.on('error', error => this.#lose(networkReason(error)))
    redis.on('end', () => this.#lose('the connection was closed'))
  }

  /** Dials, signs in and chooses the database. Rejects with ConnectorError. */
  static async open(needs: LinkNeeds, signal: AbortSignal): Promise<RedisLink> {
    const { dialler, settings } = needs
    const open = await overSocket()
    const socket = await dialler.connect(settings.target, signal)
    const link = new RedisLink(open(socket), needs)
    const leave = () => link.#lose('it did not let us in in time')
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    try {
      await link.#greet()
      return link
    } catch (error) {
      link.close()
      throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  /** Whether it takes commands. */
  get isUsable(): boolean {
    return this.#lost === undefined && !this.#isRetired
  }

  /** Rejects with ConnectorError. One that gets no answer in time takes the connection with it: what follows it waits, too. */
  async command(name: string, args: readonly (string | number)[]): Promise<Reply> {
    const { queryTimeoutMs } = this.#needs.settings
    const timer = setTimeout(
      () =>
        this.#end(
          new ConnectorError(
            'TIMEOUT_ERROR',
            `The system behind connector '${this.#needs.name}' did not answer in time`,
            { note: `no answer within ${queryTimeoutMs} ms (query_timeout_ms)` },
          ),
        ),
      queryTimeoutMs,
    )
    try {
      return await this.#send(name, args, true)
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#lose('the connection was closed')
  }

  async #greet(): Promise<void> {
    const { username, password, database } = this.#needs.settings
    await this.#redis.connect().catch(() => this.#lose('the connection was closed'))
    const commands: Promise<Reply>[] = []
    if (password !== undefined) {
      commands.push(this.#send('AUTH', username === undefined ? [password] : [username, password], false))
    }
    if (database !== 0) commands.push(this.#send('SELECT', [database], false))
    commands.push(this.#send('PING', [], false))
    // The first one that fails says why; the others fail for it.
    const outcomes = await Promise.allSettled(commands)
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw notLetIn(outcome.reason)
  }

  async #send(name: string, args: readonly (string | number)[], isQuoted: boolean): Promise<Reply> {
    if (this.#lost !== undefined) throw this.#lost
    this.#pending++
    try {
      return replyOf(await this.#redis.callBuffer(name, [...args]))
    } catch (error) {
      if (error instanceof ConnectorError) throw error
      // Errors of the library carry the arguments of their command: nothing but their text leaves this file.
      const text = error instanceof Error ? error.message : ''
      if (text.startsWith(NOT_SENT)) this.#end(this.#unsent())
      throw this.#lost ?? this.#refused(replyFailure(this.#needs.name, text, isQuoted))
    } finally {
      this.#pending--
      if (this.#isRetired && this.#pending === 0) this.close()
    }
  }

  /** One that does not serve any more may have become another: whoever comes next dials anew, those before get their answers. */
  #refused(failure: ConnectorError): ConnectorError {
    if (failure.code === 'UPSTREAM_UNAVAILABLE') this.#isRetired = true
    return failure
  }

  #unsent(): ConnectorError {
    return unavailable(this.#needs.name, 'the connection was closed', { isUntouched: true })
  }

  #lose(why: string): void {
    this.#end(unavailable(this.#needs.name, why))
  }

  #end(failure: ConnectorError): void {
    if (this.#lost !== undefined) return
    this.#lost = failure
    this.#redis.disconnect()
  }
}

/** It was reached, so whatever went wrong went wrong at the door. */
function notLetIn(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error
  const { code, message, note, isPassing, isUnwell, cause } = error
  return new ConnectorError(code, message, {
    note,
    isPassing,
    isUnwell,
    cause,
    stage: 'auth',
    isUntouched: true,
  })
}

function replyOf(value: unknown): Reply {
  if (value === null || typeof value === 'number' || Buffer.isBuffer(value)) return value
  return Array.isArray(value) ? value.map(replyOf) : strange('a number, a text or a list')
}
