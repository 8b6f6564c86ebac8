import { holdsReference } from '../../../config/reference.ts'
import type { Detail } from '../../../errors.ts'
import { excerpt } from '../../../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import { maskText } from '../../secret-text.ts'
import { HEADER_NAME } from './definition.ts'
import { isForbiddenHeader } from './forbidden-headers.ts'

/** What the schema cannot say of an http connector. */
export function httpProblems(config: JsonObject): Detail[] {
  const auth = own(config, 'auth')
  return [
    ...urlProblems(own(config, 'url'), 'config.url'),
    ...(isObject(auth) ? urlProblems(own(auth, 'token_url'), 'config.auth.token_url') : []),
    ...headerProblems(own(config, 'headers')),
  ]
}

/** An empty URL passes, and so does a reference that is resolved when the connector is loaded. */
function urlProblems(text: Json | undefined, path: string): Detail[] {
  if (typeof text !== 'string' || text === '' || holdsReference(text)) return []
  const expected = 'a URL such as https://api.example.com/v1'
  const url = URL.parse(text)
  const shown = excerpt(maskText(text))
  if (url === null) {
    const message = `Invalid connector URL '${shown}': it is not an absolute URL`
    return [{ path, code: 'INVALID_FORMAT', message, expected, got: shown }]
  }
  const scheme = url.protocol.slice(0, -1)
  if (scheme !== 'http' && scheme !== 'https') {
    const message = `Connector URL must use http or https scheme, got '${excerpt(scheme)}'`
    return [{ path, code: 'INVALID_FORMAT', message, expected, got: shown }]
  }
  if (/^https?:\/\/[^\s\\]+$/i.test(text)) return []
  const message = `Invalid connector URL '${shown}': it holds white space or "\\", or lacks "//"`
  return [{ path, code: 'INVALID_FORMAT', message, expected, got: shown }]
}

function headerProblems(headers: Json | undefined): Detail[] {
  if (!isObject(headers)) return []
  const name = new RegExp(HEADER_NAME.pattern)
  return Object.keys(headers).flatMap((key): Detail[] => {
    const path = `config.headers.${key}`
    if (isForbiddenHeader(key)) {
      const message = `the header "${key}" is set by Orion`
      return [{ path, code: 'INVALID_FORMAT', message, expected: 'another header, or none' }]
    }
    if (name.test(key)) return []
    const message = `"${excerpt(key)}" is not the name of a header`
    return [{ path, code: 'INVALID_FORMAT', message, expected: HEADER_NAME.expected }]
  })
}
