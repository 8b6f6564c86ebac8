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
}
