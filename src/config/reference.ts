/** Where a definition has a value looked up instead of holding it. */
export interface Reference {
  readonly scheme: 'env' | 'file' | 'secret'
  /** Of the variable, the path of the file, or of the secret. */
  readonly name: string
}

/** Names of secrets: of `[secrets.values]` and of stored ones. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/

const ANYWHERE = /(?<![\w.+-])(?:env|file|secret):\/\//i
const WHOLE = /^(env|file|secret):\/\/([^\0\n]*)$/i
const PLACEHOLDER = /^\$\{[A-Za-z_]\w*\}$/

/** A text that is a reference as a whole; why it is a wrong one; undefined for any other text. Never quotes the text. */
export function readReference(text: string): Reference | { readonly problem: string } | undefined {
  if (!text.includes('://') || !ANYWHERE.test(text)) return undefined
  const [, scheme = '', name = ''] = WHOLE.exec(text) ?? []
  switch (scheme.toLowerCase()) {
    case 'env':
      return /^[A-Za-z_]\w*$/.test(name)
        ? { scheme: 'env', name }
        : { problem: 'env:// is followed by the name of an environment variable, such as env://API_TOKEN' }
    case 'file':
      return /^\/[^/]/.test(name)
        ? { scheme: 'file', name }
        : { problem: 'file:// is followed by an absolute path, such as file:///run/secrets/api-token' }
    case 'secret':
      return SECRET_NAME.test(name)
        ? { scheme: 'secret', name }
        : { problem: 'secret:// is followed by the name of a secret, such as secret://api-token' }
    default:
      return { problem: 'env://, file:// and secret:// stand for a whole value and cannot be a part of one' }
  }
}

/** Whether a text is nothing but a reference, which may be seen by everybody. */
export function isReference(text: string): boolean {
  const read = readReference(text)
  return read !== undefined && !('problem' in read)
}

/** Whether a text is, or has in it, something that is looked up: what it comes to is known when it is loaded. */
export function holdsReference(text: string): boolean {
  return text.includes('${') || readReference(text) !== undefined
}

/** Whether a text is nothing but one `${NAME}`, which may be seen by everybody. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text)
}

export function referenceText({ scheme, name }: Reference): string {
  return `${scheme}://${name}`
}
