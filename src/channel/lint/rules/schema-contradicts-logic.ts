import type { Limits } from '../../../expression/expression.ts'
import { resultOf } from '../../../expression/lint/result-of.ts'
import { excerpt } from '../../../std/excerpt.ts'
import { type Json, type JsonObject, own, setOwn } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { isAccepted } from '../../accepted.ts'
import { conjunctsOf } from '../conjuncts.ts'
import { guardedBy } from '../example-channel.ts'
import { type Requirement, requirementsOf } from '../requirement.ts'
import { samplesOf } from '../samples.ts'
import { type Domain, domainAt } from '../schema-domain.ts'
import type { ChannelRule } from '../subject.ts'

const TOTAL_AT_MOST_50 = {
  type: 'object',
  required: ['total'],
  properties: { total: { type: 'number', maximum: 50 } },
}

export const schemaContradictsLogic: ChannelRule = {
  name: 'schema-contradicts-logic',
  summary:
    '`request_schema` and `validation_logic` can never both hold, so every request is refused. Only what is certain is ' +
    'told: what `validation_logic` asks of one field, by itself or in an `and`, against type, bounds, values and ' +
    'presence of that field in the schema.',
  example: {
    wrong: guardedBy({
      request_schema: TOTAL_AT_MOST_50,
      validation_logic: { '>': [{ var: 'data.total' }, 100] },
    }),
    at: 'config.validation_logic',
    right: guardedBy({
      request_schema: TOTAL_AT_MOST_50,
      validation_logic: { '>': [{ var: 'data.total' }, 10] },
    }),
  },
  *check({ config, logic, needs: { limits } }) {
    const schema = own(config, 'request_schema')
    const validation = logic.find(({ scope }) => scope.place === 'validation_logic')
    if (schema === undefined || validation === undefined) return
    for (const conjunct of conjunctsOf(validation.path, validation.rule, limits)) {
      for (const requirement of requirementsOf(conjunct)) {
        const domain = domainAt(schema, requirement.names, 'config.request_schema')
        if (domain !== undefined && !mayHold(requirement, domain, limits)) yield warning(requirement, domain)
      }
    }
  },
}

function mayHold(requirement: Requirement, domain: Domain, limits: Limits): boolean {
  const samples = samplesOf(domain, requirement)
  if (samples === undefined) return true
  return samples.some(sample => {
    const result = resultOf(requirement.rule, requestWith(requirement.names, sample), limits)
    return result !== undefined && isAccepted(result)
  })
}

/** What `validation_logic` sees of a request that has nothing but this. */
function requestWith(names: readonly string[], sample: Json | undefined): JsonObject {
  const data: JsonObject = {}
  if (sample !== undefined) {
    let place = data
    for (const name of names.slice(0, -1)) {
      const inner: JsonObject = {}
      setOwn(place, name, inner)
      place = inner
    }
    setOwn(place, names.at(-1) ?? '', sample)
  }
  return { data }
}

function warning({ path, names }: Requirement, { at, kinds }: Domain): Warning {
  const place = excerpt(['data', ...names].join('.'))
  const why =
    kinds.size === 0
      ? `request_schema does not let "${place}" be there (${at})`
      : `it does not hold for any "${place}" that request_schema lets through (${at})`
  return {
    path,
    message: `this can never hold: ${why}, so every request is refused`,
    expected: 'a condition and a schema that one request can fulfil',
  }
}
