import { excerpt } from '../../std/excerpt.ts'

/** The place of a member of an object; a name is cut, so that an answer never echoes a body. */
export function memberPath(path: string, name: string): string {
  return path === '' ? excerpt(name) : `${path}.${excerpt(name)}`
}

export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`
}

/** One step further in a JSON pointer (RFC 6901). */
export function pointerTo(pointer: string, token: string | number): string {
  return `${pointer}/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The names in a JSON pointer. */
export function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}
