const inspect = Symbol.for('nodejs.util.inspect.custom')

/** A text that no log, error or dump shows: it prints as `***`, or as `shown` when part of it is public. */
export class Secret {
  readonly #value: string
  readonly #shown: string

  constructor(value: string, shown = '***') {
    this.#value = value
    this.#shown = shown
  }

  /** The only way to the text itself. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return this.#shown
  }

  toJSON(): string {
    return this.#shown
  }

  [inspect](): string {
    return this.#shown
  }
}

/** An URL that prints without its credentials: `postgres://***@host/db?password=***`. */
export function secretUrl(url: string): Secret {
  return new Secret(url, maskUrl(url))
}

/**
 * Hides the user and password of an URL, and the values of query parameters that are named like secrets. It looks at the
 * text alone, because a URL that cannot be parsed must not show its credentials either: everything up to the last `@`
 * before the query goes, also when the password itself holds `/` or `@`. The path of a database file may hold an `@`.
 */
function maskUrl(url: string): string {
  const user = /^(?:sqlite|file):/i.test(url)
    ? /^([a-z]+:\/\/)[^/?#]*@/i
    : /^([a-z][a-z0-9+.-]*:(?:\/\/)?)?[^?#]*@/i
  return url
    .replace(user, '$1***@')
    .replace(/([?&][^=&#]*(?:pass|pwd|secret|token|key|user|auth)[^=&#]*=)[^&#]*/gi, '$1***')
}
