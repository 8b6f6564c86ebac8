import { isReference } from '../config/reference.ts'
import { isSecretPlace } from '../connector/masking.ts'
import { maskText } from '../connector/secret-text.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { innerPath, type JsonPositions, pathWithin } from '../std/json-positions.ts'
import type { Declared } from './known-definitions.ts'

/** A definition, and at which path of its file. */
interface PlacedDefinition extends Declared {
  readonly path: string
}

/** The text of a file with its secrets as `*`, everything else in its place, to quote lines of it. */
export function hideSecrets(
  text: string,
  definitions: readonly PlacedDefinition[],
  positions: JsonPositions,
): string {
  const secrets = definitions.flatMap(secretPaths)
  if (secrets.length === 0) return text
  const lines = text.split('\n')
  const byLine = Map.groupBy(
    secrets.map(path => positions.find(path)),
    ({ line }) => line,
  )
  for (const [line, places] of byLine) {
    const characters = [...(lines[line - 1] ?? '')]
    // Quotes stay.
    for (const { column, length } of places) characters.fill('*', column, column + length - 2)
    lines[line - 1] = characters.join('')
  }
  return lines.join('\n')
}

function secretPaths({ kind, document, path }: PlacedDefinition): string[] {
  const config = own(document, 'config')
  if (kind === 'workflow' || !isObject(config)) return []
  const isSecret = kind === 'connector' ? isSecretOfConnector : isSecretOfChannel
  return textsIn(config, pathWithin(path, 'config'), [])
    .filter(({ names, text }) => !isReference(text) && isSecret(names, text))
    .map(text => text.path)
}

interface PlacedText {
  readonly path: string
  readonly text: string
  /** Keys around it, outermost first. */
  readonly names: readonly string[]
}

function textsIn(value: Json, path: string, names: readonly string[]): PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value, names }]
  if (Array.isArray(value)) return value.flatMap((item, at) => textsIn(item, innerPath(path, at), names))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    textsIn(member, innerPath(path, name), [...names, name]),
  )
}

function isSecretOfConnector(names: readonly string[], text: string): boolean {
  return isSecretPlace(names) || maskText(text) !== text
}

/** What of `auth` is no secret; everything else in it is. */
const OPEN_IN_AUTH = [
  ...['mode', 'header', 'scheme', 'signature_prefix', 'algorithms', 'algorithm', 'kid'],
  ...['issuer', 'audience', 'authorization_logic', 'claims_to_metadata'],
]

function isSecretOfChannel(names: readonly string[]): boolean {
  return names[0] === 'auth' && !names.some(name => OPEN_IN_AUTH.includes(name))
}
