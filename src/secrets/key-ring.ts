import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readSecretKey } from '../config/secret-key.ts'
import type { StoredSecret } from './definition.ts'

/** What a secret is bound to: its cipher text opens in no other row. */
export type SealedFor = Pick<StoredSecret, 'name' | 'version'> & { readonly tenant: string }

export type Sealed = Pick<StoredSecret, 'key_id' | 'sealed'>

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

/** The keys that stored secrets are encrypted with: one for writing, those before it for reading. */
export class KeyRing {
  readonly #current: Key | undefined
  readonly #byId: ReadonlyMap<string, Key>

  /** `key` may be empty: nothing can be written then. The configuration has been checked. */
  constructor(key: string, previous: readonly string[]) {
    const keys = [key, ...previous].flatMap(text => readSecretKey(text) ?? []).map(asKey)
    this.#current = key === '' ? undefined : keys[0]
    this.#byId = new Map(keys.map(one => [one.id, one]))
  }

  /** Whether secrets can be stored. */
  get canSeal(): boolean {
    return this.#current !== undefined
  }

  /** Whether there is a key for it. */
  has(keyId: string): boolean {
    return this.#byId.has(keyId)
  }

  /** Whether it is the key that is written with. */
  isCurrent(keyId: string): boolean {
    return this.#current?.id === keyId
  }

  /** Encrypts with a nonce of its own; throws when there is no key to write with. */
  seal(value: string, bound: SealedFor): Sealed {
    if (this.#current === undefined) throw new Error('There is no key to encrypt with')
    const { id, bytes } = this.#current
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(additionalData(bound))
    const parts = [nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return { key_id: id, sealed: Buffer.concat(parts).toString('base64') }
  }

  /** The value; undefined when no key opens it, or it belongs to another row. */
  open({ key_id, sealed }: Sealed, bound: SealedFor): string | undefined {
    const key = this.#byId.get(key_id)
    const bytes = Buffer.from(sealed, 'base64')
    if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(additionalData(bound))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      const text = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]
      return Buffer.concat(text).toString('utf8')
    } catch {
      return undefined
    }
  }
}

/** The id is a digest that tells nothing of the key. */
function asKey(bytes: Buffer): Key {
  const id = Bun.SHA256.hash(Buffer.concat([Buffer.from('orion secrets key\0'), bytes]), 'hex').slice(0, 16)
  return { id, bytes }
}

function additionalData({ tenant, name, version }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify([tenant, name, version]))
}
