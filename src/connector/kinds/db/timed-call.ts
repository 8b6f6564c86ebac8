import type { Held } from './pool.ts'
import type { Session } from './session.ts'

interface Limits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What was sent behind others waits for them no longer. */
const STALLED_MS = 100
/** What nobody waits for may take, once it is its turn. */
const UNWANTED_MS = 50

/** It took longer than it may, or whoever asked is gone. */
export class Overdue extends Error {
  override readonly name = 'Overdue'
}

/** Others take so long that it had better be sent again, alone. */
export class Stalled extends Error {
  override readonly name = 'Stalled'
}

/**
 * Does something with a session and gives it back, unless it is not fit for others; what takes too long is ended on the
 * server. Rejects with what `does` rejects with, Overdue or Stalled.
 */
export async function timed<Result>(
  held: Held,
  does: (session: Session) => Promise<Result>,
  { timeoutMs, signal }: Limits,
): Promise<Result> {
  const wait = new Wait(signal)
  const isBehind = !held.isFirst
  const running = does(held.session)
  const done = running.then(result => ({ result }))
  try {
    const firstMs = isBehind ? Math.min(timeoutMs, STALLED_MS) : timeoutMs
    let outcome = await Promise.race([done, wait.atMost(firstMs)])
    if (outcome === 'time' && held.isFirst && firstMs < timeoutMs) {
      outcome = await Promise.race([done, wait.atMost(timeoutMs - firstMs)])
    }
    if (typeof outcome === 'object') {
      held.release()
      return outcome.result
    }
    leave(held, running)
    throw outcome === 'time' && !held.isFirst && firstMs < timeoutMs ? new Stalled() : new Overdue()
  } catch (error) {
    // After it has been left, this does nothing.
    if (!(error instanceof Overdue || error instanceof Stalled)) held.release()
    throw error
  } finally {
    wait.end()
  }
}

/** Those before it go on; what is not wanted any more is ended as soon as it holds up others. */
function leave(held: Held, running: Promise<unknown>): void {
  if (held.isFirst) {
    running.catch(() => undefined)
    held.abandon()
    return
  }
  running.then(held.release, held.release)
  held.whenFirst(() => setTimeout(held.abandon, UNWANTED_MS))
}

/** For a time, or until a signal. */
class Wait {
  readonly #signal: AbortSignal
  readonly #over = Promise.withResolvers<'over'>()
  readonly #leave = () => this.#over.resolve('over')
  #timer: Timer | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#leave, { once: true })
    if (signal.aborted) this.#leave()
  }

  atMost(ms: number): Promise<'time' | 'over'> {
    const { promise, resolve } = Promise.withResolvers<'time'>()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => resolve('time'), ms)
    return Promise.race([promise, this.#over.promise])
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#leave)
  }
}
