import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import type { Environment } from '../config/substitute.ts'
import type { Found, StoredSecret } from './definition.ts'
import type { KeyRing } from './key-ring.ts'
import { resolveText, type SecretSources } from './resolve.ts'

/** The secrets of one snapshot: what is looked up once stays the same. */
export interface OpenSecrets {
  readonly sources: SecretSources
  /** A secret by its name: of the configuration, else a stored one. */
  readonly lookup: (name: string) => Found
  /** Whether the configuration sets it, which beats a stored one. */
  isConfigured(name: string): boolean
  /** Another one whenever a value is; tells nothing of them. */
  readonly stamp: () => string
}

export type OpenSecretsOf = (stored: readonly StoredSecret[]) => OpenSecrets

interface SecretNeeds {
  readonly config: Config['secrets']
  readonly env: Environment
  readonly ring: KeyRing
  readonly tenant: string
}

/** Files are read again, and rows decrypted, by each call. */
export function secretsOf(needs: SecretNeeds): OpenSecretsOf {
  const stampKey = randomBytes(32)
  return stored => new SecretsOfSnapshot(needs, stored, stampKey)
}

/** Without the quotes of a mistake, how somebody gets secrets stored. */
export const HOW_TO_SET_A_KEY =
  'set ORION_SECRETS__KEY (or secrets.key) to 32 random bytes, as `openssl rand -base64 32` prints them'

class SecretsOfSnapshot implements OpenSecrets {
  readonly sources: SecretSources
  readonly #needs: SecretNeeds
  readonly #stored: ReadonlyMap<string, StoredSecret>
  readonly #stampKey: Buffer
  readonly #known = new Map<string, Found>()
  #stamp: string | undefined

  constructor(needs: SecretNeeds, stored: readonly StoredSecret[], stampKey: Buffer) {
    const { env, config } = needs
    this.#needs = needs
    this.#stored = new Map(stored.map(row => [row.name, row]))
    this.#stampKey = stampKey
    this.sources = { env, fileDirs: config.file_dirs, secret: name => this.lookup(name) }
  }

  readonly lookup = (name: string): Found => {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const found = this.#configured(name) ?? this.#decrypted(name)
    this.#known.set(name, found)
    return found
  }

  readonly stamp = (): string => {
    this.#stamp ??= this.#computeStamp()
    return this.#stamp
  }

  isConfigured(name: string): boolean {
    return Object.hasOwn(this.#needs.config.values, name)
  }

  #computeStamp(): string {
    const names = [...new Set([...Object.keys(this.#needs.config.values), ...this.#stored.keys()])].sort()
    const all = names.map(name => [name, this.lookup(name)])
    return createHmac('sha256', this.#stampKey).update(JSON.stringify(all)).digest('base64')
  }

  #configured(name: string): Found | undefined {
    const { values, file_dirs } = this.#needs.config
    const value = this.isConfigured(name) ? values[name]?.reveal() : undefined
    if (value === undefined) return undefined
    return resolveText(value, { env: {}, fileDirs: file_dirs, secret: nothing }) ?? { value }
  }

  #decrypted(name: string): Found {
    const { ring, tenant } = this.#needs
    const row = this.#stored.get(name)
    if (row === undefined) return { problem: `there is no secret '${name}'` }
    const value = ring.open(row, { tenant, name, version: row.version })
    if (value !== undefined) return { value }
    if (!ring.canSeal)
      return { problem: `stored secrets cannot be decrypted without a key: ${HOW_TO_SET_A_KEY}` }
    return {
      problem: ring.has(row.key_id)
        ? 'the stored secret is damaged; set it anew'
        : 'none of the configured keys decrypts the stored secret; put its key into secrets.previous_keys',
    }
  }
}

/** The configuration was checked: its values name no other secrets. */
function nothing(name: string): Found {
  return { problem: `there is no secret '${name}'` }
}
