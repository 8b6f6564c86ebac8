import { type Static, Type } from '@sinclair/typebox'
import type { JsonObject } from '../std/json.ts'
import { Absent, Id, JsonMap, Name, Tags, TimeStamp } from '../versioning/definition.ts'

/** A stored connector with its secrets in clear; `masking` makes what the admin API shows (contract 5.1). */
export interface Connector {
  id: string
  name: string
  connector_type: ConnectorType
  config: JsonObject
  enabled: boolean
  tags: string[]
  created_at: string
  updated_at: string
}

export const CONNECTOR_TYPES = ['http', 'kafka', 'db', 'cache', 'storage'] as const
export type ConnectorType = (typeof CONNECTOR_TYPES)[number]

const Kind = Type.Union(
  CONNECTOR_TYPES.map(type => Type.Literal(type)),
  { description: 'Kind of the system at the other end; upper and lower case are the same' },
)
const Config = JsonMap('Settings of this type of connector (contract 12.1)', { default: {} })
const Enabled = Type.Boolean({ description: 'A connector that is not enabled is not loaded', default: true })

/** Body of `POST /connectors`. */
export const CreateConnector = Type.Object(
  {
    id: Absent(Id('Made when left out')),
    name: Name,
    connector_type: Kind,
    config: Absent(Config),
    enabled: Absent(Enabled),
    tags: Absent(Tags),
  },
  {
    description: 'A connector to create',
    examples: [
      {
        id: 'shop',
        name: 'shop',
        connector_type: 'http',
        config: { url: 'https://shop.example/api', auth: { type: 'bearer', token: 'a-long-random-text' } },
      },
    ],
  },
)
export type CreateConnector = Static<typeof CreateConnector>

/** Body of `PUT /connectors/{id}`: `config` replaces the stored one whole; `******` keeps the stored secret. */
export const UpdateConnector = Type.Object(
  {
    name: Absent(Name),
    connector_type: Absent(Kind),
    config: Absent(Config),
    enabled: Absent(Enabled),
    tags: Absent(Tags),
  },
  { description: 'Changes; what is left out or null stays as it is' },
)

/** A connector as the admin API shows it (contract 5.1). */
export const ConnectorView = Type.Object(
  {
    id: Id('Identity'),
    name: Name,
    connector_type: Kind,
    config_json: Type.String({ description: 'The configuration as JSON text, secrets shown as ******' }),
    enabled: Enabled,
    tags: Tags,
    created_at: TimeStamp('When it was created'),
    updated_at: TimeStamp('When it was last changed'),
  },
  { description: 'A connector, its secrets masked' },
)
export type ConnectorView = Static<typeof ConnectorView>
