import { Type } from '@sinclair/typebox'

const Closed = { additionalProperties: false }
/** What would end a header line early. */
export const HEADER_VALUE = { pattern: '^[^\\r\\n\\0]*$', expected: 'a text without line breaks' }
export const HEADER_NAME = {
  pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
  expected: 'the name of a header',
}

const Text = (description: string) => Type.String({ minLength: 1, maxLength: 8192, description })

/** A token that Orion fetches by itself (RFC 6749, 4.4). */
export const ClientCredentials = Type.Object(
  {
    type: Type.Literal('oauth2_client_credentials'),
    token_url: Text(
      'Where tokens are fetched, http or https; it may lie where the connector itself may call',
    ),
    client_id: Text('Name of the client'),
    client_secret: Text('Secret of the client'),
    scope: Type.Optional(Text('Scopes, separated by blanks')),
    audience: Type.Optional(Text('Whom the token is for, where the token server asks for it')),
  },
  Closed,
)
