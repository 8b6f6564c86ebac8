/** How long one piece of work may hold the event loop before others go first. */
export const TURN_MS = 5

/** Lets everything else that waits run once. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
