/** Who asks. `name` is what audit rows record: `anonymous`, or the first 8 characters of the key and `...`. */
export interface Principal {
  readonly name: string
}

export const ANONYMOUS: Principal = { name: 'anonymous' }
