/** Who asks. `name` is what audit rows record: `anonymous`, or the first 8 characters of the key and `...`. */
export interface Principal {
  readonly name: string
}

/** The server itself. No key can be told like it: those are eight characters and `...`. */
export const SYSTEM: Principal = { name: 'system' }

export const ANONYMOUS: Principal = { name: 'anonymous' }
