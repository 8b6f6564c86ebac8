import { type TString, Type } from '@sinclair/typebox'

/** Schema of the name of an HTTP header (RFC 9110, 5.1). */
export function HeaderName(description: string): TString {
  return Type.String({
    maxLength: 128,
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    expected: 'the name of an HTTP header',
    description,
  })
}
