import { CREDENTIAL_HEADERS } from '../../channel/credential-headers.ts'
import { isObject, type JsonObject, own, setOwn } from '../../std/json.ts'

const MASK = '******'

/** The metadata of a case as a run may change them: headers with the names and masks that the front door gives them. */
export function caseMetadata(metadata: JsonObject): JsonObject {
  const headers = own(metadata, 'headers')
  return isObject(headers) ? { ...metadata, headers: asAtTheDoor(headers) } : { ...metadata }
}

function asAtTheDoor(headers: JsonObject): JsonObject {
  const shown: JsonObject = {}
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase()
    setOwn(shown, key, CREDENTIAL_HEADERS.has(key) ? MASK : value)
  }
  return shown
}
