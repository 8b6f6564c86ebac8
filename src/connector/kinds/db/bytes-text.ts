import type { ValueForms } from './client.ts'
import { ValueRefused } from './value-refused.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as a text. Throws ValueRefused when they shall be UTF-8 and are not. */
export function bytesOf(bytes: Buffer, form: ValueForms['binaryAs']): string {
  if (form === 'base64' || form === 'hex') return bytes.toString(form)
  try {
    return utf8.decode(bytes)
  } catch {
    if (form === 'auto') return bytes.toString('hex')
    throw new ValueRefused('it is not UTF-8; ask for binary_as "base64" or "hex"')
  }
}
