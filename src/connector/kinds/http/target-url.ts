import { type Origin, originOf } from '../../egress/http-message.ts'
import type { Named } from './client.ts'

/** Where a connector's calls go. */
export interface BaseUrl {
  readonly origin: Origin
  readonly path: string
  readonly query: string
  /** Both, for calls that say nothing of them. */
  readonly whole: string
}

export function baseUrl(url: URL): BaseUrl {
  const { pathname: path, search } = url
  return { origin: originOf(url), path, query: search.slice(1), whole: `${path}${search}` }
}

/**
 * Path and query of a call: base path, then the task's; of the same name in both queries, the task's. `path` has been
 * encoded and has no segment that leads upwards.
 */
export function targetPath(base: BaseUrl, path: string, query: Named): string {
  if (path === '' && query.length === 0) return base.whole
  const cut = path.indexOf('?')
  const below = (cut === -1 ? path : path.slice(0, cut)).replace(/^\/+/, '')
  const target = below === '' ? base.path : `${base.path.replace(/\/+$/, '')}/${below}`
  const own = cut === -1 ? '' : path.slice(cut + 1)
  const search = own === '' && query.length === 0 ? base.query : merged(base.query, own, query)
  return search === '' ? target : `${target}?${search}`
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
