import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'

/** How a connector signs in: a header that does not change, or tokens that are fetched. */
export type SignIn =
  | { readonly kind: 'none' }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'tokens'; readonly tokens: TokenSettings }

export interface TokenSettings {
  readonly url: URL
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | undefined
  readonly audience: string | undefined
}

/** Of a checked config; credentials in the URL hold where `auth` says nothing. */
export function signInOf(config: JsonObject, url: URL): SignIn {
  const auth = own(config, 'auth')
  if (!isObject(auth)) return fromUrl(url)
  const type = own(auth, 'type')
  if (type === 'bearer')
    return { kind: 'header', name: 'authorization', value: `Bearer ${textOf(auth, 'token')}` }
  if (type === 'basic') return basic(textOf(auth, 'username'), textOf(auth, 'password'))
  if (type === 'apikey') {
    return { kind: 'header', name: textOf(auth, 'header').toLowerCase(), value: textOf(auth, 'key') }
  }
  if (type !== 'oauth2_client_credentials') return { kind: 'none' }
  return {
    kind: 'tokens',
    tokens: {
      url: new URL(textOf(auth, 'token_url')),
      clientId: textOf(auth, 'client_id'),
      clientSecret: textOf(auth, 'client_secret'),
      scope: optional(own(auth, 'scope')),
      audience: optional(own(auth, 'audience')),
    },
  }
}

/** What of a config nobody may see again. */
export function secretsOf(config: JsonObject, { password }: URL): readonly string[] {
  const auth = own(config, 'auth')
  const named = ['token', 'password', 'key', 'client_secret']
  return [
    decodeURIComponent(password),
    ...(isObject(auth) ? named.flatMap(name => optional(own(auth, name)) ?? []) : []),
  ]
}

/** A `Basic` value as RFC 7617 has it, in UTF-8. */
export function basicCredentials(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function basic(user: string, password: string): SignIn {
  return { kind: 'header', name: 'authorization', value: basicCredentials(user, password) }
}

function fromUrl({ username, password }: URL): SignIn {
  if (username === '' && password === '') return { kind: 'none' }
  return basic(decodeURIComponent(username), decodeURIComponent(password))
}

function textOf(object: JsonObject, key: string): string {
  return optional(own(object, key)) ?? ''
}

function optional(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
