import { type Static, Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { OnStoreError, StoreConnector } from '../store-failure/definition.ts'

const RATE = {
  requests_per_second: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Requests a second that each key is admitted in the long run',
  }),
  burst: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Requests that may come at once; half of the rate and one when left out, and at least 1',
    }),
  ),
  on_missing_key: Type.Optional(
    Type.Union([Type.Literal('shared'), Type.Literal('reject'), Type.Literal('client_ip')], {
      default: 'shared',
      description:
        "Whose requests those are whose key is null or fails: one bucket for all of them, nobody's (429), or the client address'",
    }),
  ),
  connector: Type.Optional(StoreConnector),
  on_store_error: Type.Optional(OnStoreError('local')),
}

/** How often a channel may be asked, by key (contract 9.1). */
export const RateLimit = Type.Object(
  {
    ...RATE,
    key_logic: Type.Optional(
      Logic(
        'Whose bucket a request is counted in, over {client_ip, channel, method, path, headers, query, params, data}; the client address when left out',
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Requests a second, by client address or by a key of your own; 429 above',
  },
)
export type RateLimit = Static<typeof RateLimit>

/** The same for callers whose identity is verified. */
export const PrincipalRateLimit = Type.Object(
  {
    ...RATE,
    key_logic: Logic(
      'Whose bucket a request is counted in, over what `rate_limit.key_logic` sees but `data`, and the verified claims as `auth` and `claims`',
    ),
  },
  {
    additionalProperties: false,
    description: 'Requests a second of each verified caller; counted after `auth`',
  },
)
export type PrincipalRateLimit = Static<typeof PrincipalRateLimit>
