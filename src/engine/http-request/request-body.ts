import { isObject, type Json } from '../../std/json.ts'
import { EngineError } from '../engine-error.ts'
import { textOrNothing } from './scalar-text.ts'

export const BODY_FORMATS = ['json', 'form', 'text', 'bytes'] as const
export type BodyFormat = (typeof BODY_FORMATS)[number]

interface RequestBody {
  readonly sent: string | Uint8Array
  readonly contentType: string
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A value as what is sent. Throws EngineError for a value that the format cannot hold. */
export function writeBody(value: Json, format: BodyFormat): RequestBody {
  switch (format) {
    case 'json':
      return { sent: JSON.stringify(value), contentType: 'application/json' }
    case 'form':
      return { sent: formOf(value), contentType: 'application/x-www-form-urlencoded' }
    case 'text':
      return { sent: plainOf(value, 'text').toWellFormed(), contentType: 'text/plain; charset=utf-8' }
    case 'bytes':
      return { sent: bytesOf(plainOf(value, 'bytes')), contentType: 'application/octet-stream' }
    default:
      return format satisfies never
  }
}

function formOf(value: Json): string {
  if (!isObject(value)) throw new EngineError('Validation', "HttpCall: 'body' as a form must be an object")
  const form = new URLSearchParams()
  for (const [name, member] of Object.entries(value)) {
    const items: readonly Json[] = Array.isArray(member) ? member : [member]
    for (const item of items) {
      const text = textOrNothing(item, `body.${name}`)
      if (text !== undefined) form.append(name, text.toWellFormed())
    }
  }
  return form.toString()
}

function plainOf(value: Json, format: BodyFormat): string {
  if (typeof value === 'string') return value
  throw new EngineError('Validation', `HttpCall: 'body' as ${format} must be a text`)
}

function bytesOf(text: string): Uint8Array {
  if (BASE64.test(text)) return Buffer.from(text, 'base64')
  throw new EngineError('Validation', "HttpCall: 'body' as bytes must be base64")
}
