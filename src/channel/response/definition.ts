import { type Static, Type } from '@sinclair/typebox'
import { HeaderName } from '../../std/header-name.ts'

/** What is sent in the place of an error: `{status}`, `{code}`, `{message}`, `{request_id}`, `{channel}`, `{timestamp}` are filled in. */
export const ErrorBody = Type.Object(
  {
    body: Type.Union([Type.String(), Type.Object({}, { additionalProperties: true })], {
      description: 'The body: a text with placeholders, or an object whose texts have them. 4 KiB at most',
    }),
    content_type: Type.Optional(
      Type.String({
        maxLength: 255,
        pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \\t]*(?:;[ -~]*)?$",
        expected: 'a content type such as application/problem+json',
        default: 'application/json',
        description: 'Content type of the body; of JSON the body has to be JSON',
      }),
    ),
  },
  { additionalProperties: false, description: 'An own body for errors' },
)
export type ErrorBody = Static<typeof ErrorBody>

/** How an answer is made of what the workflow wrote. */
export const ResponseConfig = Type.Object(
  {
    mode: Type.Optional(
      Type.Union([Type.Literal('envelope'), Type.Literal('shaped')], {
        default: 'envelope',
        description:
          '`shaped` lets the workflow say status, headers, cookies and body in `data._orion.response`',
      }),
    ),
    body: Type.Optional(
      Type.Union([Type.Literal('envelope'), Type.Literal('data')], {
        default: 'envelope',
        description: '`data` answers with the `data` of the workflow alone',
      }),
    ),
    allowed_headers: Type.Optional(
      Type.Array(HeaderName('Name of a response header'), {
        maxItems: 100,
        description: 'Headers that the workflow may set, in the place of the usual ones',
      }),
    ),
    cookies: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether the workflow may set cookies' }),
    ),
    error_bodies: Type.Optional(
      Type.Record(Type.String(), ErrorBody, {
        description: 'Own bodies for errors, by status (`"429"`) or `default`; the status stays',
      }),
    ),
  },
  { additionalProperties: false, description: 'How a request is answered' },
)
export type ResponseConfig = Static<typeof ResponseConfig>
