import { webOrigin } from '../../std/web-origin.ts'
import { isProduction } from '../production.ts'
import { type Rule, rule } from './rule.ts'

const ORIGINS = 'cors.allowed_origins'
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export const corsRules: readonly Rule[] = [
  {
    keys: [ORIGINS],
    check: ({ cors }) => [
      ...mixed(ORIGINS, cors.allowed_origins),
      ...cors.allowed_origins.flatMap(originProblem),
    ],
  },
  headerRule('allowed_headers'),
  headerRule('exposed_headers'),
  rule(
    ['cors.allow_credentials', ORIGINS],
    ({ cors }) => cors.allow_credentials && cors.allowed_origins.includes('*'),
    () => `cors.allow_credentials is true, and browsers take no "*" then: name the origins in ${ORIGINS}`,
  ),
  rule(
    [ORIGINS, 'environment'],
    config => isProduction(config) && config.cors.allowed_origins.includes('*'),
    config =>
      `${ORIGINS} is ["*"] and environment ${JSON.stringify(config.environment)} is production, where pages of any origin ` +
      'must not read answers: list the origins, or set []',
  ),
]

function headerRule(key: 'allowed_headers' | 'exposed_headers'): Rule {
  return {
    keys: [`cors.${key}`],
    check: ({ cors }) => [
      ...mixed(`cors.${key}`, cors[key]),
      ...cors[key]
        .filter(name => !HEADER_NAME.test(name))
        .map(name => `cors.${key}: ${JSON.stringify(name)} is not the name of an HTTP header`),
    ],
  }
}

function mixed(key: string, names: readonly string[]): string[] {
  return names.includes('*') && names.length > 1
    ? [`${key} has "*" beside others: "*" alone is all of them`]
    : []
}

function originProblem(origin: string): string[] {
  if (origin === '*') return []
  const spelled = webOrigin(origin)
  if (spelled === origin.toLowerCase()) return []
  const right =
    spelled === undefined ? 'right would be one like https://app.example.com' : `right would be ${spelled}`
  return [`${ORIGINS}: ${JSON.stringify(origin)} is not an origin as browsers send it; ${right}`]
}
