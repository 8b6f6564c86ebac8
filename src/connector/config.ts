import { type TObject, Type } from '@sinclair/typebox'
import type { ConnectorType } from './definition.ts'
import { egressKeys } from './egress/definition.ts'
import { ClientCredentials, HEADER_NAME, HEADER_VALUE } from './kinds/http/definition.ts'

const Text = (description: string) => Type.String({ minLength: 1, description })
const Milliseconds = (description: string, byDefault?: number) =>
  Type.Integer({
    minimum: 1,
    maximum: 3_600_000,
    description,
    ...(byDefault !== undefined && { default: byDefault }),
  })
const Closed = { additionalProperties: false }

const signIns = [
  Type.Object({ type: Type.Literal('bearer'), token: Type.String(HEADER_VALUE) }, Closed),
  Type.Object({ type: Type.Literal('basic'), username: Type.String(), password: Type.String() }, Closed),
  Type.Object(
    { type: Type.Literal('apikey'), header: Type.String(HEADER_NAME), key: Type.String(HEADER_VALUE) },
    Closed,
  ),
]
const SIGN_IN = { description: 'How Orion signs in at the other end' }
const Auth = Type.Union(signIns, SIGN_IN)

const Retry = Type.Object(
  {
    max_retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 3 })),
    retry_delay_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000, default: 1000 })),
  },
  { ...Closed, description: 'How often and how soon a call is repeated' },
)

const Operations = Type.Array(Text('Name of an operation, such as read, insert or GET'), {
  maxItems: 32,
  description: 'What calls may do; without it, everything',
})

const shared = {
  auth: Type.Optional(Auth),
  retry: Type.Optional(Retry),
  operations: Type.Optional(Operations),
  max_concurrent: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, default: 1000, description: 'Calls at a time' }),
  ),
}
const Tls = Type.Object(
  {
    ca: Type.Optional(Text('Certificates in PEM that are trusted instead of the usual ones')),
    servername: Type.Optional(Text('Name that the certificate must be for, instead of the host')),
  },
  { ...Closed, description: 'Whom to trust where TLS is spoken' },
)
/** The type may be named in the config, too; `connector_type` decides. */
const type = Type.Optional(Type.String({ description: 'The same as connector_type' }))
const Connections = Type.Integer({ minimum: 1, maximum: 10_000, description: 'Connections at the most' })

/** The configuration of each type of connector (contract 12.1). */
export const CONNECTOR_CONFIG: Readonly<Record<ConnectorType, TObject>> = {
  http: Type.Object(
    {
      type,
      url: Type.String({ description: 'Base URL, http or https' }),
      method: Type.Optional(Type.String({ description: 'Not used: the task says the method' })),
      headers: Type.Optional(Type.Record(Type.String(), Type.String(HEADER_VALUE))),
      ...shared,
      auth: Type.Optional(Type.Union([...signIns, ClientCredentials], SIGN_IN)),
      ...egressKeys,
      max_response_size: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1_073_741_824, description: 'Bytes', default: 10_485_760 }),
      ),
    },
    Closed,
  ),
  kafka: Type.Object(
    {
      type,
      brokers: Type.Array(Text('host:port'), { minItems: 1, maxItems: 100 }),
      topic: Text('Topic'),
      group_id: Type.Optional(Text('Consumer group')),
    },
    Closed,
  ),
  db: Type.Object(
    {
      type,
      connection_string: Text('URL of the database'),
      driver: Type.Optional(Type.String({ description: 'Not used: the scheme of the URL decides' })),
      max_connections: Type.Optional(Connections),
      connect_timeout_ms: Type.Optional(Milliseconds('How long a call waits for a connection')),
      query_timeout_ms: Type.Optional(Milliseconds('How long a query may take')),
      ca_certificate: Type.Optional(
        Text('Certificates in PEM that are trusted instead of the usual ones, for TLS with verify-full'),
      ),
      ...shared,
      ...egressKeys,
    },
    Closed,
  ),
  cache: Type.Object(
    {
      type,
      backend: Type.Union([Type.Literal('redis'), Type.Literal('memory')]),
      url: Type.Optional(
        Type.String({
          description: 'URL of Redis: redis://user:password@host:6379/0, or rediss:// to speak TLS',
        }),
      ),
      default_ttl_secs: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 4_294_967_295,
          default: 0,
          description: 'Seconds that a value is kept which is written without ttl_secs; 0 keeps it for good',
        }),
      ),
      max_value_bytes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 268_435_456,
          default: 10_485_760,
          description: 'Bytes of one value, and of all that one read gives',
        }),
      ),
      max_bytes: Type.Optional(
        Type.Integer({
          minimum: 4096,
          maximum: 68_719_476_736,
          default: 67_108_864,
          description:
            'Bytes of a cache in memory; what was not asked for longest goes first, and no value takes more than an eighth',
        }),
      ),
      connect_timeout_ms: Type.Optional(Milliseconds('How long Redis may take to let us in', 2000)),
      query_timeout_ms: Type.Optional(Milliseconds('How long Redis may take to answer', 5000)),
      tls: Type.Optional(Tls),
      max_connections: Type.Optional(Connections),
      ...shared,
      ...egressKeys,
    },
    Closed,
  ),
  storage: Type.Object(
    {
      type,
      provider: Text('Kind of storage'),
      bucket: Type.Optional(Type.String()),
      region: Type.Optional(Type.String()),
      base_path: Type.Optional(Type.String()),
      ...shared,
    },
    Closed,
  ),
}
