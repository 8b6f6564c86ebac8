import { constantOf } from '../../../expression/lint/constant-of.ts'
import { excerpt } from '../../../std/excerpt.ts'
import type { Json, JsonObject } from '../../../std/json.ts'
import { own } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { guardedBy } from '../example-channel.ts'
import type { ChannelRule, GuardExpression } from '../subject.ts'
import { takesBodies } from '../takes-bodies.ts'

export const constantKey: ChannelRule = {
  name: 'constant-key',
  summary:
    '`key_logic` or `rollout_key` gives the same for every request: a text that was meant as a variable puts all ' +
    'callers into one bucket of a rate limit, all bodies under one key of a cache, and all requests on one side of a ' +
    'rollout.',
  example: {
    wrong: guardedBy({ rate_limit: { requests_per_second: 5, key_logic: 'headers.x-tenant' } }),
    at: 'config.rate_limit.key_logic',
    right: guardedBy({ rate_limit: { requests_per_second: 5, key_logic: { var: 'headers.x-tenant' } } }),
  },
  *check({ channel, logic, needs: { limits } }) {
    for (const expression of logic) {
      const { rule, condition, analysis } = expression
      if (condition !== undefined || analysis === undefined) continue
      const constant = constantOf(rule, analysis, limits)
      const value = constant === undefined || constant === 'fails' ? null : constant.value
      if (constant !== undefined && !isMeant(channel, expression, value)) yield warning(expression, value)
    }
  },
}

/** One bucket for everybody may be meant, and so may be one answer where there is no body; one side of a rollout may not. */
function isMeant(channel: JsonObject, { rule, scope }: GuardExpression, value: Json): boolean {
  if (typeof rule === 'string' && readsLikeRoot(rule, scope.roots)) return false
  if (scope.place === 'cache.key_logic') return value !== null && !takesBodies(own(channel, 'methods'))
  return scope.place !== 'rollout_key' && typeof rule === 'string' && rule !== ''
}

function readsLikeRoot(text: string, roots: readonly string[]): boolean {
  return roots.some(root => text === root || text.startsWith(`${root}.`))
}

function warning({ path, rule, scope }: GuardExpression, value: Json): Warning {
  const meant = typeof rule === 'string' && readsLikeRoot(rule, scope.roots)
  return {
    path,
    message: `the key is the same for every request, so ${effectOf(scope.place, value)}`,
    expected: meant
      ? `{"var": "${excerpt(rule)}"}`
      : `an expression that reads some of ${scope.roots.join(', ')}`,
  }
}

function effectOf(place: string, value: Json): string {
  if (place === 'cache.key_logic') {
    return value === null ? 'nothing is ever cached' : 'requests with different bodies get one answer'
  }
  if (place === 'rollout_key') {
    return value === null || value === '' ? 'nobody stays with a version' : 'all requests go to one version'
  }
  return value === null ? 'every request counts as one without a key' : 'all callers share one bucket'
}
