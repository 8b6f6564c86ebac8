import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { maskConfig } from './masking.ts'
import { isSecretName, MASK, maskText } from './secret-text.ts'

/** Shorter ones are words of other texts too often, and no secrets. */
const MIN_LENGTH = 4

/**
 * A text of ours or of a driver with every secret of a connector's configuration in it masked, however it got there: what
 * masking hides, and what is not as it was `written` because a reference to a secret stood there.
 */
export function withoutSecrets(text: string, config: JsonObject, written: JsonObject): string {
  const secrets = [...new Set([...secretsOf(config, maskConfig(config)), ...lookedUp(config, written)])]
  const longestFirst = secrets.toSorted((one, other) => other.length - one.length)
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, MASK), maskText(text))
}

function secretsOf(value: Json, masked: Json | undefined): string[] {
  if (masked === MASK) return textsOf(value)
  if (typeof value === 'string') return value === masked ? [] : secretsOfUrl(value)
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => secretsOf(item, Array.isArray(masked) ? masked[at] : MASK))
  }
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    secretsOf(member, isObject(masked) ? masked[name] : MASK),
  )
}

function lookedUp(value: Json, written: Json | undefined): string[] {
  if (typeof value === 'string') return value === written ? [] : [...long([value]), ...secretsOfUrl(value)]
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => lookedUp(item, Array.isArray(written) ? written[at] : undefined))
  }
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    lookedUp(member, isObject(written) ? written[name] : undefined),
  )
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return long([value])
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return isObject(value) ? Object.values(value).flatMap(textsOf) : []
}

function secretsOfUrl(text: string): string[] {
  const url = URL.parse(text)
  if (url === null) return long([text])
  const parameters = [...url.searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value)
  return long([url.password, decoded(url.password), ...parameters])
}

function long(texts: readonly string[]): string[] {
  return texts.filter(({ length }) => length >= MIN_LENGTH)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
