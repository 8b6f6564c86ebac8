import { type Static, Type } from '@sinclair/typebox'
import { HeaderName } from '../../std/header-name.ts'

/** `*`, or an origin as browsers send it. */
const Origin = Type.String({
  pattern: '^(\\*|null|[a-z][a-z0-9+.-]*://[^/\\s?#@]+)$',
  expected: 'an origin such as https://app.example.com, or "*"',
  description: 'An origin as browsers send it: scheme, host and port without a path; `*` is any',
})

export const OriginList = Type.Array(Origin, {
  maxItems: 1000,
  description: 'Origins that may ask; an empty list refuses every request that names one',
})

/** Who may ask from a web page (contract 8.4). */
export const Cors = Type.Object(
  {
    allowed_origins: Type.Optional(OriginList),
    allowed_methods: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z]{1,16}$', expected: 'an HTTP method' }), {
        maxItems: 16,
        description: 'Methods that a preflight grants; those of the channel when left out',
      }),
    ),
    allowed_headers: Type.Optional(
      Type.Array(HeaderName('Name of a request header, or `*`'), {
        maxItems: 100,
        description: 'Request headers that a preflight grants; all that it asks for when `*`',
      }),
    ),
    exposed_headers: Type.Optional(
      Type.Array(HeaderName('Name of a response header, or `*`'), {
        maxItems: 100,
        description: 'Response headers that a page may read; all when `*`',
      }),
    ),
    allow_credentials: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether a page may send cookies; the origins are then named one by one',
      }),
    ),
    max_age_secs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: 'Seconds that a browser may remember a preflight',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Web pages of which origins may ask; 403 for the others. What is left out is as `[cors]` of the server says',
  },
)
export type Cors = Static<typeof Cors>
