import { resolve } from 'node:path'
import { OrionError } from '../errors.ts'

/** Where a database lives; `path` is absolute. */
export type Location = { kind: 'memory' } | { kind: 'file'; path: string }

/**
 * Reads `sqlite:PATH`, `sqlite://PATH`, `sqlite::memory:`, `file:PATH` and `file:///PATH`. A relative path begins at the
 * working directory; `%20` and its kin are decoded. `?mode=...` is accepted and has no effect: the file is created when
 * it is missing.
 */
export function parseLocation(url: string): Location {
  const scheme = /^(sqlite|file):/.exec(url)?.[0]
  if (scheme === undefined) throw refused(url, unknownScheme(url))
  const [rest = '', query] = split(url.slice(scheme.length), '?')
  if (query !== undefined) checkQuery(url, query)
  const path = rest.replace(/^\/\/(?:localhost(?=\/))?/, '')
  if (path === ':memory:') return { kind: 'memory' }
  if (path === '') throw refused(url, 'it names no file')
  return { kind: 'file', path: resolve(decoded(url, path)) }
}

/** The file of a database that lies in one. */
export function fileOf(url: string): string | undefined {
  const location = parseLocation(url)
  return location.kind === 'file' ? location.path : undefined
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function checkQuery(url: string, query: string): void {
  for (const key of new URLSearchParams(query).keys()) {
    if (key !== 'mode') throw refused(url, `its parameter "${key}" is not known; only "mode" is`)
  }
}

function decoded(url: string, path: string): string {
  let text: string
  try {
    text = decodeURIComponent(path)
  } catch (cause) {
    throw refused(url, 'a "%" in it begins no escape; write "%25" for a percent sign', cause)
  }
  if (text.includes('\0')) throw refused(url, 'its path holds a NUL byte')
  return text
}

function unknownScheme(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0]
  return scheme === undefined ? 'it has no scheme' : `this version cannot open "${scheme}"`
}

function refused(url: string, wrong: string, cause?: unknown): OrionError {
  const shown = url.replace(/\/\/[^/@]*@/, '//***@')
  return new OrionError(
    'STORAGE_ERROR',
    `Cannot read the database URL "${shown}": ${wrong}. Right would be "sqlite:orion.db", "sqlite:///var/lib/orion/orion.db" or "sqlite::memory:"`,
    { cause },
  )
}
