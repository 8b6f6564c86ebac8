import type { Rule } from './rule.ts'

const RIGHT = 'right would be sqlite:FILE, file:FILE or sqlite::memory:'

export const storageRules: readonly Rule[] = [
  { keys: ['storage.url'], check: config => urlProblem(config.storage.url.reveal()) },
]

/** Names the scheme only: the rest of the URL may hold a password. */
function urlProblem(url: string): string[] {
  if (url.trim() === '') return [`storage.url must not be empty; ${RIGHT}`]
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(url)?.[0]
  switch (scheme) {
    case undefined:
      return [`storage.url has no scheme; ${RIGHT}`]
    case 'sqlite':
    case 'file':
      return /^\w+:(?:\/\/)?(?:\?|$)/.test(url) ? [`storage.url names no file; ${RIGHT}`] : []
    case 'postgres':
    case 'postgresql':
    case 'mysql':
    case 'mariadb':
      return [
        `storage.url: the database "${scheme}" is not available in this version (NOT_AVAILABLE); ${RIGHT}`,
      ]
    default:
      return [`storage.url: no database has the scheme "${scheme}"; ${RIGHT}`]
  }
}
