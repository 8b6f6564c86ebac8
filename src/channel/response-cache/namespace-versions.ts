import type { Versions } from './store.ts'

const NONE: Versions = []

/**
 * A number for each namespace that a shelf belongs to, as of its last invalidation. No number is given twice, so a
 * namespace that was forgotten in between never looks as it did before. Those of closed shelves need none.
 */
export class NamespaceVersions {
  readonly #used = new Map<string, { shelves: number; version: number }>()
  #last = 0

  of(names: readonly string[]): Versions {
    return names.length === 0 ? NONE : names.map(name => this.#used.get(name)?.version ?? 0)
  }

  bump(name: string): void {
    const known = this.#used.get(name)
    if (known !== undefined) known.version = ++this.#last
  }

  use(names: readonly string[]): void {
    for (const name of names) {
      const known = this.#used.get(name)
      if (known === undefined) this.#used.set(name, { shelves: 1, version: ++this.#last })
      else known.shelves++
    }
  }

  leave(names: readonly string[]): void {
    for (const name of names) {
      const known = this.#used.get(name)
      if (known !== undefined && --known.shelves === 0) this.#used.delete(name)
    }
  }
}
