/** Names of a path beyond these say nothing about whether it was written. */
const MAX_NAMES = 32
/** Paths of one length to which a misspelt one is compared. */
const MAX_KNOWN = 50

/** The paths of the context that may have been written so far. */
export class Written {
  readonly #exact = new Set<string>()
  readonly #above = new Set<string>()
  /** By their root and how many names they have below it. */
  readonly #below = new Map<string, string[]>()
  #anything = false

  /** Undefined is a path that is not known. */
  add(path: string | undefined): void {
    if (path === undefined) {
      this.#anything = true
      return
    }
    const names = namesOf(path)
    const text = names.join('.')
    if (this.#exact.has(text)) return
    this.#exact.add(text)
    this.#remember(names)
    for (let count = 1; count < names.length; count++) this.#above.add(names.slice(0, count).join('.'))
  }

  /** Whether something at, above or below the path may have been written. */
  has(path: string): boolean {
    if (this.#anything) return true
    const names = namesOf(path)
    if (this.#above.has(names.join('.'))) return true
    return names.some((_, at) => this.#exact.has(names.slice(0, at + 1).join('.')))
  }

  /** The first paths with so many names below a root, without the root. */
  below(root: string, count: number): readonly string[] {
    return this.#below.get(`${root} ${count}`) ?? []
  }

  #remember([root = '', ...names]: readonly string[]): void {
    const key = `${root} ${names.length}`
    const known = this.#below.get(key)
    if (known === undefined) this.#below.set(key, [names.join('.')])
    else if (known.length < MAX_KNOWN) known.push(names.join('.'))
  }
}

/** `#20` writes the key "20". */
function namesOf(path: string): string[] {
  return path.split('.', MAX_NAMES).map(name => (name.startsWith('#') ? name.slice(1) : name))
}
