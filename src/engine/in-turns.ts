import type { RunContext } from './functions-api.ts'

/** Takes one step of a task for each item, one after another; gives the worst of their statuses. */
export function eachInTurns<Item>(
  items: readonly Item[],
  run: RunContext,
  step: (item: Item, run: RunContext) => number,
): number | Promise<number> {
  const [first] = items
  if (items.length === 1 && first !== undefined) return step(first, run)
  let at = 0
  let worst = 200
  const next = () => {
    const item = items[at++]
    if (item !== undefined) worst = Math.max(worst, step(item, run))
    return at < items.length
  }
  const waiting = inTurns(run, next)
  return waiting === undefined ? worst : waiting.then(() => worst)
}

/** Takes steps of a task until one answers that there are no more; waits between them when it is the turn of others. */
export function inTurns(run: RunContext, step: () => boolean): undefined | Promise<void> {
  while (step()) {
    const pause = run.pause()
    if (pause === 'end') return undefined
    if (pause !== undefined) return resume(run, step, pause)
  }
  return undefined
}

async function resume(run: RunContext, step: () => boolean, first: Promise<void>): Promise<void> {
  let pause: ReturnType<RunContext['pause']> = first
  while (pause !== 'end') {
    if (pause !== undefined) await pause
    if (!step()) return
    pause = run.pause()
  }
}
