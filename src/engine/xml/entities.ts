import { excerpt } from '../../std/excerpt.ts'
import { XmlError } from './xml-error.ts'

const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Replaces the five named entities and numeric ones. There are no others: documents declare none that count. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]*)(;?)/g, (_entity, name: string, end: string) => {
    if (end === '') throw new XmlError('cannot find `;` after `&`')
    return name.startsWith('#') ? character(name) : named(name)
  })
}

function named(name: string): string {
  const text = NAMED.get(name)
  if (text === undefined) throw new XmlError(`unrecognized entity \`${excerpt(name)}\``)
  return text
}

function character(reference: string): string {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,8})|(\d{1,10}))$/.exec(reference) ?? []
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  if (!valid) throw new XmlError(`invalid character reference \`${excerpt(reference)}\``)
  return String.fromCodePoint(code)
}

const ESCAPED = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
] as const

export function escapeXml(text: string): string {
  if (!/[&<>"']/.test(text)) return text
  return ESCAPED.reduce((escaped, [char, entity]) => escaped.replaceAll(char, entity), text)
}
