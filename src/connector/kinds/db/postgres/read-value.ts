import type { Json } from '../../../../std/json.ts'
import { bytesOf } from '../bytes-text.ts'
import type { ValueForms } from '../client.ts'
import { documentOf } from '../document-text.ts'
import { decimalOf, doubleOf, integerOf } from '../number-text.ts'
import { readArray } from './array-text.ts'
import { isoDate, isoMoment, isoTime } from './date-text.ts'
import { OID, type TextType } from './types.ts'

type Reader = (text: string, forms: ValueForms) => Json

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [OID.bool, text => text === 't'],
  [OID.int2, Number],
  [OID.int4, Number],
  [OID.oid, Number],
  [OID.int8, integerOf],
  [OID.float4, doubleOf],
  [OID.float8, doubleOf],
  [OID.numeric, (text, { numericAs }) => decimalOf(text, numericAs)],
  [OID.json, documentOf],
  [OID.jsonb, documentOf],
  [OID.bytea, (text, { binaryAs }) => bytesOf(Buffer.from(text.slice(2), 'hex'), binaryAs)],
  [OID.date, isoDate],
  [OID.timestamp, isoDate],
  [OID.time, isoTime],
  [OID.timestamptz, isoMoment],
])

/** Reads the texts of one column. Throws ValueRefused. */
export function readerOf(type: TextType, forms: ValueForms): (text: string) => Json {
  if (type.kind === 'array') {
    const item = readerOf(type.items, forms)
    return text => readArray(text, type.delimiter, item)
  }
  const reader = READERS.get(type.oid)
  // Everything else is the text that the server writes for it.
  return reader === undefined ? text => text : text => reader(text, forms)
}
