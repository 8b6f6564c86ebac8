import { type Static, Type } from '@sinclair/typebox'
import { TimeStamp } from '../versioning/definition.ts'

/** Bytes of the value of one secret, whatever it comes from. */
export const MAX_SECRET_BYTES = 65_536

/** A secret as the database has it. */
export interface StoredSecret {
  readonly name: string
  /** Counts the values that it has had. */
  readonly version: number
  /** Which key it is encrypted with; says nothing of the key. */
  readonly key_id: string
  /** Nonce, cipher text and tag, base64. */
  readonly sealed: string
  readonly created_at: string
  readonly updated_at: string
}

const SecretName = Type.String({ description: 'What references name: `secret://NAME`' })

/** Body of `PUT /secrets/{name}`. */
export const PutSecret = Type.Object(
  {
    value: Type.String({
      minLength: 1,
      maxLength: MAX_SECRET_BYTES,
      description: 'The secret; it is stored encrypted and never shown again',
    }),
  },
  {
    additionalProperties: false,
    description: 'A secret to store',
    examples: [{ value: 'a-long-random-text' }],
  },
)
export type PutSecret = Static<typeof PutSecret>

/** A stored secret as the admin API shows it. */
export const SecretView = Type.Object(
  {
    name: SecretName,
    version: Type.Integer({ minimum: 1, description: 'Counts the values that it has had' }),
    readable: Type.Boolean({ description: 'Whether one of the configured keys decrypts it' }),
    created_at: TimeStamp('When it was first stored'),
    updated_at: TimeStamp('When its value was last set'),
  },
  { description: 'A stored secret without its value' },
)
export type SecretView = Static<typeof SecretView>

/** A secret, or why there is none; a problem never holds anything of a value. */
export type Found = { readonly value: string } | { readonly problem: string }
