/** What stands for a secret (contract 5.5). */
export const MASK = '******'

const SECRET_NAME = new RegExp(
  [
    '(password|passwd|pwd|pass|passphrase|secret|token|credentials?|connectionstring|authorization|cookie|signature)$',
    '(^|api|access|private|secret|signing|encryption|account|shared|master)key$',
    '^(sig|dsn)$',
  ].join('|'),
)

/** True for names under which secrets are kept: `api_key`, `apiKey`, `X-Auth-Token`, `client_secret`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
}

/** User and password before the host, in every URL of a text; group 2 is the user, 3 the password with its colon. */
const USER_INFO = /(^|\/\/)([^/?#\\:]*)(:[^/?#\\]*)?@/g
/** Parameters of a query, a fragment or a list with semicolons. */
const PARAMETER = /([?&;#])([^=&;#]*)=([^&;#]*)/g

/** A text with the secrets of its URLs masked; the host stays visible. */
export function maskText(text: string): string {
  const masked = text.replaceAll(
    USER_INFO,
    (whole, start: string, user: string, password: string | undefined) => {
      if (start === '' && password === undefined) return whole
      return `${start}${user === '' ? '' : MASK}${maskPassword(password)}@`
    },
  )
  if (showsCredentials(masked)) return MASK
  return masked.replaceAll(PARAMETER, (whole, start: string, name: string, value: string) =>
    value !== '' && isSecretName(decoded(name)) ? `${start}${name}=${MASK}` : whole,
  )
}

function maskPassword(password: string | undefined): string {
  if (password === undefined) return ''
  return password === ':' ? ':' : `:${MASK}`
}

/** Credentials that a URL parser finds, or that may be meant, where the pattern does not see them. */
function showsCredentials(masked: string): boolean {
  if (!masked.includes('@')) return false
  const url = URL.parse(masked)
  if (url === null) return masked.includes('//') && masked.replaceAll(`${MASK}@`, '').includes('@')
  return [url.username, url.password].some(text => text !== '' && text !== MASK)
}

/** The text with its masks replaced by what `stored` has in their places; undefined when a mask has nothing behind it. */
export function restoreText(text: string, stored: string | undefined): string | undefined {
  if (stored !== undefined && maskText(stored) === text) return stored
  const users = [...(stored ?? '').matchAll(USER_INFO)]
  const secrets = [...(stored ?? '').matchAll(PARAMETER)]
  let missing = false
  const from = (value: string | undefined): string => {
    if (value === undefined || value === '') missing = true
    return value ?? ''
  }
  let at = 0
  const restored = text
    .replaceAll(USER_INFO, (_, start: string, user: string, password: string | undefined) => {
      const known = users[at++]
      const userText = user === MASK ? from(known?.[2]) : user
      const passwordText = password === `:${MASK}` ? from(known?.[3]) : (password ?? '')
      return `${start}${userText}${passwordText}@`
    })
    .replaceAll(PARAMETER, (whole, start: string, name: string, value: string) => {
      if (value !== MASK) return whole
      const index = secrets.findIndex(secret => secret[2] === name)
      return `${start}${name}=${from(secrets.splice(index, index < 0 ? 0 : 1)[0]?.[3])}`
    })
  return missing ? undefined : restored
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
