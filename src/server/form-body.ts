import { OrionError } from '../errors.ts'
import { type JsonObject, own, setOwn } from '../std/json.ts'

/** Fields of one form: each costs work of its own. */
const MAX_FIELDS = 1000

/** A URL-encoded form as an object of texts; a name that comes more than once has a list of them. Throws BAD_REQUEST. */
export function readForm(text: string): JsonObject {
  refuseManyFields(text)
  const form: JsonObject = {}
  for (const [name, value] of new URLSearchParams(text.startsWith('?') ? `&${text}` : text)) {
    const earlier = own(form, name)
    if (Array.isArray(earlier)) earlier.push(value)
    else setOwn(form, name, earlier === undefined ? value : [earlier, value])
  }
  return form
}

function refuseManyFields(text: string): void {
  let fields = 1
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    if (++fields > MAX_FIELDS)
      throw new OrionError('BAD_REQUEST', `The form has more than ${MAX_FIELDS} fields`)
  }
}
