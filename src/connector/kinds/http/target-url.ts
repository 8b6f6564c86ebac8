import type { Named } from './client.ts'

/** Where a connector's calls go. */
export interface BaseUrl {
  /** Without credentials, query and fragment. */
  readonly url: URL
  readonly query: string
}

export function baseUrl(url: URL): BaseUrl {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.search = ''
  bare.hash = ''
  return { url: bare, query: url.search.slice(1) }
}

/**
 * The URL of a call: base path, then the task's; of the same name in both queries, the task's. `path` has been encoded and
 * has no segment that leads upwards.
 */
export function targetUrl(base: BaseUrl, path: string, query: Named): URL {
  const url = new URL(base.url)
  const cut = path.indexOf('?')
  const below = (cut === -1 ? path : path.slice(0, cut)).replace(/^\/+/, '')
  if (below !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${below}`
  const own = cut === -1 ? '' : path.slice(cut + 1)
  if (own === '' && query.length === 0) url.search = base.query
  else url.search = merged(base.query, own, query)
  return url
}

function merged(base: string, own: string, query: Named): string {
  const said = new Set(query.map(([name]) => name))
  const fromPath = pieces(own).filter(({ name }) => !said.has(name))
  for (const { name } of fromPath) said.add(name)
  const fromBase = pieces(base).filter(({ name }) => !said.has(name))
  return [
    ...[...fromBase, ...fromPath].map(({ text }) => text),
    ...query.flatMap(([name, value]) => (value === undefined ? [] : [`${encoded(name)}=${encoded(value)}`])),
  ].join('&')
}

function pieces(query: string): { name: string; text: string }[] {
  return query
    .split('&')
    .filter(text => text !== '')
    .map(text => ({ name: nameOf(text), text }))
}

function nameOf(piece: string): string {
  const [name] = new URLSearchParams(piece).keys()
  return name ?? ''
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
