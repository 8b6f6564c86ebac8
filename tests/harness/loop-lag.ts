/** How late the event loop of this process has been, which is no fault of what it serves. */
export interface LoopLag extends Disposable {
  /** The worst so far, in milliseconds. */
  readonly worstMs: number
}

const EVERY_MS = 5

export function openLoopLag(): LoopLag {
  let worstMs = 0
  let lastMs = performance.now()
  const look = () => {
    const nowMs = performance.now()
    worstMs = Math.max(worstMs, nowMs - lastMs - EVERY_MS)
    lastMs = nowMs
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    get worstMs() {
      look()
      return worstMs
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
