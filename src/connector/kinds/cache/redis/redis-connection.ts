import type { Clock } from '../../../../std/clock.ts'
import type { Dialler } from '../../../egress/dialler.ts'
import { ConnectorError, unavailable } from '../../../failure.ts'
import { RedisLink } from './redis-link.ts'
import type { RedisSettings } from './redis-settings.ts'
import type { Reply, Script, ScriptRunner } from './script.ts'

interface ConnectionNeeds {
  /** Of the connector. */
  readonly name: string
  readonly dialler: Dialler
  readonly clock: Pick<Clock, 'monotonic'>
  readonly settings: RedisSettings
}

/** How long a failed try holds back the next one: twice as long after each in a row. */
const FIRST_HOLD_MS = 25
const LONGEST_HOLD_MS = 1000
/** How long somebody waits for a try that follows a failed one. */
const PATIENCE_MS = 100

/**
 * The way to one Redis: a single connection that all commands share, dialled when it is asked for and is not there. While
 * dialling fails, tries are held back, and who asks meanwhile is told at once why the last one failed.
 */
export class RedisConnection implements ScriptRunner {
  readonly #needs: ConnectionNeeds
  readonly #closing = new AbortController()
  #link: RedisLink | undefined
  #dialling: Promise<RedisLink> | undefined
  #failure: ConnectorError | undefined
  #failures = 0
  #heldUntilMs = 0

  constructor(needs: ConnectionNeeds) {
    this.#needs = needs
  }

  /** Rejects with ConnectorError. */
  async command(name: string, args: readonly (string | number)[]): Promise<Reply> {
    const link = this.#standing() ?? (await this.#open())
    return link.command(name, args)
  }

  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    const link = this.#standing() ?? (await this.#open())
    const operands = [keys.length, ...keys, ...args]
    try {
      return await link.command('EVALSHA', [script.sha, ...operands])
    } catch (error) {
      if (!isUnknownScript(error)) throw error
      return link.command('EVAL', [script.source, ...operands])
    }
  }

  close(): void {
    this.#closing.abort()
    this.#link?.close()
    this.#link = undefined
  }

  #standing(): RedisLink | undefined {
    return this.#link?.isUsable ? this.#link : undefined
  }

  async #open(): Promise<RedisLink> {
    const failure = this.#failure
    const isHeld = failure !== undefined && this.#needs.clock.monotonic() < this.#heldUntilMs
    if (isHeld && this.#dialling === undefined) throw failure
    this.#dialling ??= this.#dial().finally(() => {
      this.#dialling = undefined
    })
    return failure === undefined ? this.#dialling : patiently(this.#dialling, failure)
  }

  async #dial(): Promise<RedisLink> {
    const { settings, clock } = this.#needs
    const closing = this.#closing.signal
    if (closing.aborted) throw unavailable(this.#needs.name, 'the connector is closed', { isUntouched: true })
    const limit = AbortSignal.any([closing, AbortSignal.timeout(settings.connectTimeoutMs)])
    try {
      const link = await RedisLink.open(this.#needs, limit)
      if (closing.aborted) link.close()
      this.#link = link
      this.#failure = undefined
      this.#failures = 0
      return link
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      const holdMs = Math.min(FIRST_HOLD_MS * 2 ** this.#failures++, LONGEST_HOLD_MS)
      this.#failure = error
      this.#heldUntilMs = clock.monotonic() + holdMs
      throw error
    }
  }
}

/** Fails as the last try did when this one takes long. */
async function patiently(dialling: Promise<RedisLink>, failure: ConnectorError): Promise<RedisLink> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(reject, PATIENCE_MS, failure)
  try {
    return await Promise.race([dialling, promise])
  } finally {
    clearTimeout(timer)
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof ConnectorError && error.note?.startsWith('NOSCRIPT') === true
}
