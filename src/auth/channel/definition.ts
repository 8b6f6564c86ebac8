import { type Static, Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { HeaderName } from '../../std/header-name.ts'

/** A key that the caller sends along. */
export const ApiKeyAuth = Type.Object(
  {
    mode: Type.Literal('api_key'),
    keys: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
      minItems: 1,
      maxItems: 100,
      description: 'Keys that open, plain or as `sha256:` and the 64 hexadecimal digits of their digest',
    }),
    header: Type.Optional(HeaderName('Header that carries the key; `Authorization` when left out')),
    scheme: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: "^([!#$%&'*+.^_`|~0-9A-Za-z-]+ *)?$",
        expected: 'a word such as Bearer, or an empty text for a bare key',
        description: 'Word before the key; `Bearer` in `Authorization`, none in another header',
      }),
    ),
  },
  { additionalProperties: false, description: 'A key that the caller sends along' },
)
export type ApiKeyAuth = Static<typeof ApiKeyAuth>

/** A signature of the body, as webhooks have it. */
export const HmacAuth = Type.Object(
  {
    mode: Type.Literal('hmac'),
    secret: Type.String({ minLength: 1, maxLength: 1024, description: 'The shared secret' }),
    header: Type.Optional(HeaderName('Header that carries the signature; `X-Signature` when left out')),
    signature_prefix: Type.Optional(
      Type.String({ maxLength: 64, description: 'What stands before the signature, like `sha256=`' }),
    ),
    scheme: Type.Optional(
      Type.Union([Type.Literal('github'), Type.Literal('stripe'), Type.Literal('slack')], {
        description: 'Whose webhooks these are; says header, prefix, what is signed and how old it may be',
      }),
    ),
    tolerance_secs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 315_360_000,
        default: 300,
        description: 'Seconds that a signed time stamp may be away from now (stripe, slack)',
      }),
    ),
  },
  { additionalProperties: false, description: 'A signature (HMAC with SHA-256) of the body as it was sent' },
)
export type HmacAuth = Static<typeof HmacAuth>

export const JWT_ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number]

const Algorithm = Type.Unsafe<JwtAlgorithm>(
  Type.Union(
    JWT_ALGORITHMS.map(name => Type.Literal(name)),
    { description: 'Signature algorithm (RFC 7518)' },
  ),
)

const Names = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
      description,
    }),
  )

/** A token that says who asks. */
export const JwtAuth = Type.Object(
  {
    mode: Type.Literal('jwt'),
    algorithms: Type.Array(Algorithm, {
      minItems: 1,
      maxItems: JWT_ALGORITHMS.length,
      description: 'Algorithms that a token may be signed with; all others are refused',
    }),
    jwt_keys: Type.Optional(
      Type.Array(
        Type.Object(
          {
            algorithm: Algorithm,
            key: Type.String({
              minLength: 1,
              maxLength: 16_384,
              description: 'The secret (HS), or the public key as PEM or JWK (RS, PS, ES, EdDSA)',
            }),
            kid: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 256,
                description: 'Id that tokens name the key by; that of the JWK when left out',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 16, description: 'Keys that tokens are checked with' },
      ),
    ),
    jwks_url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description:
          'Where the public keys of the signer are (a JWK set), https; fetched when they are needed and again when they change',
      }),
    ),
    jwks_allow_private: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'True lets jwks_url be at a private address, and http',
      }),
    ),
    issuer: Names('`iss` that a token has to have, or one of them'),
    audience: Names('`aud` that a token has to have, or one of them'),
    leeway_secs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 300,
        default: 30,
        description: 'Seconds that clocks may differ by',
      }),
    ),
    require_exp: Type.Optional(
      Type.Boolean({ default: true, description: 'False takes tokens that never expire, too' }),
    ),
    required: Type.Optional(
      Type.Boolean({ default: true, description: 'False lets requests without a token in, as nobody' }),
    ),
    authorization_logic: Type.Optional(
      Logic('Who may ask, over {claims}; false, null and the like are 403', 'plain'),
    ),
    claims_to_metadata: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
        maxItems: 64,
        description: 'Claims that the workflow gets to see; all when left out',
      }),
    ),
  },
  { additionalProperties: false, description: 'A signed token (RFC 7519) in `Authorization: Bearer`' },
)
export type JwtAuth = Static<typeof JwtAuth>

/** Who may ask a channel (`config.auth`). */
export const ChannelAuth = Type.Union([ApiKeyAuth, HmacAuth, JwtAuth], {
  description: 'Who may ask: a key, a signature or a token; 401 for others',
})
export type ChannelAuth = Static<typeof ChannelAuth>
