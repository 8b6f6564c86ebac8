import { type Static, Type } from '@sinclair/typebox'

export const CookieNames = Type.Array(
  Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    expected: 'the name of a cookie',
  }),
  { maxItems: 64, description: 'Cookies that are copied to `metadata.cookies`; no others are' },
)

/** How the body of a request becomes the payload. */
export const RequestConfig = Type.Object(
  {
    body_mode: Type.Optional(
      Type.Union([Type.Literal('envelope'), Type.Literal('payload'), Type.Literal('auto')], {
        default: 'envelope',
        description:
          '`envelope`: `{"data", "metadata"}`; `payload`: the body itself, JSON or, by its content type, XML, form or text; `auto`: an object with `data` is the envelope',
      }),
    ),
    cookies_to_metadata: Type.Optional(CookieNames),
  },
  { additionalProperties: false, description: 'How a request is read' },
)
export type RequestConfig = Static<typeof RequestConfig>
