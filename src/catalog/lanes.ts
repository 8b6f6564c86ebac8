import { Lane } from '../dispatch/lane.ts'

/** One lane for each key: changes of one definition run one after another, those of different ones side by side. */
export class Lanes {
  readonly #lanes = new Map<string, { readonly lane: Lane; waiting: number }>()

  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const entry = this.#lanes.get(key) ?? { lane: new Lane(), waiting: 0 }
    this.#lanes.set(key, entry)
    entry.waiting++
    try {
      return await entry.lane.run(work)
    } finally {
      entry.waiting--
      if (entry.waiting === 0) this.#lanes.delete(key)
    }
  }

  /** In the lanes of all these keys at once. They are entered in one turn, so that two such never wait for each other. */
  async runAll<Result>(keys: Iterable<string>, work: () => Promise<Result>): Promise<Result> {
    const done = Promise.withResolvers<void>()
    const entered = [...new Set(keys)].map(key => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const held = this.run(key, () => {
        resolve()
        return done.promise
      })
      return { promise, held }
    })
    try {
      await Promise.all(entered.map(({ promise }) => promise))
      return await work()
    } finally {
      done.resolve()
      await Promise.all(entered.map(({ held }) => held))
    }
  }
}
