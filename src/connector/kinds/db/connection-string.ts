import type { Dialect } from './client.ts'

/** A server to connect to. */
export interface ServerAddress {
  readonly dialect: 'postgres' | 'mysql'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Undefined: TLS is not spoken. */
  readonly tls: { readonly isVerified: boolean } | undefined
}

/** A database in a file, or, without one, in memory. */
export interface FileAddress {
  readonly dialect: 'sqlite'
  readonly path: string | undefined
}

export type DatabaseAddress = ServerAddress | FileAddress

/** Why a text is no address; it holds nothing of the text. */
export interface AddressProblem {
  readonly problem: string
  readonly expected: string
}

const SCHEMES: ReadonlyMap<string, Dialect> = new Map([
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['sqlite', 'sqlite'],
])

const PORTS = { postgres: 5432, mysql: 3306 } as const
const EXPECTED = 'a URL such as postgres://user:password@host:5432/database, mysql://… or sqlite:file.db'

/** TLS by the words of `sslmode` (PostgreSQL) and `ssl-mode` (MySQL). */
const TLS_MODES: ReadonlyMap<string, { readonly isVerified: boolean } | undefined> = new Map([
  ['disable', undefined],
  ['disabled', undefined],
  ['false', undefined],
  // These promise nothing, and whoever is in between decides.
  ['allow', undefined],
  ['prefer', undefined],
  ['preferred', undefined],
  ['require', { isVerified: false }],
  ['required', { isVerified: false }],
  ['true', { isVerified: true }],
  ['verify-ca', { isVerified: true }],
  ['verify_ca', { isVerified: true }],
  ['verify-full', { isVerified: true }],
  ['verify_identity', { isVerified: true }],
])
const TLS_KEYS = ['sslmode', 'ssl-mode', 'ssl']

/** Whether the scheme of a `connection_string` is one of ours. */
export function isSql(text: string): boolean {
  return SCHEMES.has(schemeOf(text))
}

function schemeOf(text: string): string {
  return /^([a-z]+):/i.exec(text)?.[1]?.toLowerCase() ?? ''
}

/** What a `connection_string` says; its scheme decides the database. */
export function databaseAddress(text: string): DatabaseAddress | AddressProblem {
  const dialect = SCHEMES.get(schemeOf(text))
  if (dialect === undefined) {
    return {
      problem: 'its scheme is none of postgres, postgresql, mysql, mariadb and sqlite',
      expected: EXPECTED,
    }
  }
  return dialect === 'sqlite' ? fileAddress(text) : serverAddress(text, dialect)
}

function fileAddress(text: string): FileAddress | AddressProblem {
  const path = text.slice('sqlite:'.length)
  if (path === ':memory:' || path === '//:memory:') return { dialect: 'sqlite', path: undefined }
  const plain = path.startsWith('//') ? path.slice(2) : path
  if (plain === '' || /[?#\0]/.test(plain)) {
    return { problem: 'it names no file', expected: 'sqlite:file.db, or sqlite::memory:' }
  }
  return { dialect: 'sqlite', path: plain }
}

function serverAddress(text: string, dialect: ServerAddress['dialect']): ServerAddress | AddressProblem {
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || url.hostname.includes(','))
    return { problem: 'it is no URL with one host', expected: EXPECTED }
  const database = decoded(url.pathname.slice(1))
  const user = decoded(url.username)
  const password = decoded(url.password)
  if (database === undefined || user === undefined || password === undefined) {
    return {
      problem: 'a "%" in it is not followed by two hexadecimal digits',
      expected: 'characters encoded as %25',
    }
  }
  const tls = tlsMode(url.searchParams)
  if (tls !== undefined && 'problem' in tls) return tls
  return {
    dialect,
    host: url.hostname,
    port: url.port === '' ? PORTS[dialect] : Number(url.port),
    user: user === '' ? DEFAULT_USERS[dialect] : user,
    password,
    database: database === '' && dialect === 'postgres' ? user : database,
    tls,
  }
}

const DEFAULT_USERS = { postgres: 'postgres', mysql: 'root' } as const

/** Parameters that say nothing of TLS are those of other programs. */
function tlsMode(params: URLSearchParams): ServerAddress['tls'] | AddressProblem {
  let mode: ServerAddress['tls']
  for (const [name, value] of params) {
    const key = name.toLowerCase()
    if (!key.startsWith('ssl')) continue
    if (!TLS_KEYS.includes(key)) {
      return {
        problem: 'it has a parameter of TLS that is not known',
        expected: 'sslmode (ssl-mode) alone, and certificates in ca_certificate',
      }
    }
    const word = value.toLowerCase()
    if (!TLS_MODES.has(word)) {
      return { problem: 'its sslmode is not known', expected: 'one of disable, require, verify-full' }
    }
    mode = TLS_MODES.get(word)
  }
  return mode
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
