import { LEAVES, valueAt } from './leaves.ts'
import type { ConfigProblem } from './problem.ts'
import { adminRules } from './rules/admin.ts'
import { corsRules } from './rules/cors.ts'
import { egressRules } from './rules/egress.ts'
import { kafkaRules } from './rules/kafka.ts'
import type { Rule, RuleContext } from './rules/rule.ts'
import { secretRules } from './rules/secrets.ts'
import { serverRules } from './rules/server.ts'
import { storageRules } from './rules/storage.ts'
import type { Config } from './schema.ts'

const RULES: readonly Rule[] = [
  ...storageRules,
  ...adminRules,
  ...serverRules,
  ...corsRules,
  ...kafkaRules,
  ...egressRules,
  ...secretRules,
]

interface Judged extends RuleContext {
  /** A key that was set to something that is no value; what rules would say of its default is beside the point. */
  isBroken(key: string): boolean
  /** Where a key was set, if it was. */
  whereIs(key: string): string | undefined
}

/** What the schema of one key cannot say: rules between keys, and switches that this version does not have. */
export function brokenRules(config: Config, judged: Judged): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  for (const { keys, check } of RULES) {
    if (keys.some(judged.isBroken)) continue
    const where = keys.map(judged.whereIs).find(place => place !== undefined) ?? ''
    for (const message of check(config, judged)) problems.push({ where, message })
  }
  for (const { key, path, schema } of LEAVES) {
    const allowed: readonly unknown[] | undefined = schema.only
    const value = JSON.stringify(valueAt(config, path))
    const choices = allowed?.map(choice => JSON.stringify(choice))
    if (choices === undefined || choices.includes(value)) continue
    problems.push({
      where: judged.whereIs(key) ?? '',
      message: `${key} = ${value} is not available in this version (NOT_AVAILABLE); it must be ${choices.join(' or ')}`,
    })
  }
  return problems
}
