import type { Detail } from '../../errors.ts'
import { addressRange } from '../../std/address-range.ts'
import { excerpt } from '../../std/excerpt.ts'
import { type JsonObject, own } from '../../std/json.ts'

/** What the schema cannot say of where a connector may call. */
export function egressProblems(config: JsonObject): Detail[] {
  const ranges = own(config, 'allow_addresses')
  if (!Array.isArray(ranges)) return []
  return ranges.flatMap((text, at): Detail[] => {
    if (typeof text !== 'string' || addressRange(text) !== undefined) return []
    return [
      {
        path: `config.allow_addresses[${at}]`,
        code: 'INVALID_FORMAT',
        message: `"${excerpt(text)}" is no range of addresses`,
        expected: 'an address, or a range whose bits behind the prefix are zero: 10.1.0.0/16',
        got: excerpt(text),
      },
    ]
  })
}
