/**
 * Calls `tick` again and again, `intervalMs` after the last time or, when that took longer, at the next one; never for
 * an interval of 0. Keeps no process alive. Disposing waits for a call that is under way.
 */
export function every(intervalMs: number, tick: () => Promise<void>): AsyncDisposable {
  let running: Promise<void> | undefined
  const run = () => {
    running ??= tick().finally(() => {
      running = undefined
    })
  }
  const timer = intervalMs === 0 ? undefined : setInterval(run, intervalMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
