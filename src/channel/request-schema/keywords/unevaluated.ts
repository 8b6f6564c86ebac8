import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import { itemPath, memberPath } from '../paths.ts'
import { type Build, Marks, type Rule } from '../rule.ts'
import { unknownMember } from './unknown-member.ts'

/** `unevaluatedProperties`; `others` are all other rules of the schema. */
export function unevaluatedProperties(
  schema: JsonObject,
  build: Build,
  others: readonly Rule[],
): Rule | undefined {
  const keyword = own(schema, 'unevaluatedProperties')
  if (keyword === undefined) return undefined
  const rule = build.child('unevaluatedProperties')
  const named = own(schema, 'properties')
  const known = isObject(named) ? Object.keys(named) : []
  const failing = (value: JsonObject, isEnough: (name: string) => boolean) => {
    const marks = marksOf(value, others)
    if (marks.allMembers) return
    for (const name in value) {
      build.evaluation.charge(1)
      if (!marks.members.has(name) && !rule.test(value[name] ?? null) && isEnough(name)) return
    }
  }
  return {
    test: value => {
      let fits = true
      if (isObject(value)) {
        failing(value, () => {
          fits = false
          return true
        })
      }
      return fits
    },
    explain: (value, path, report) => {
      if (!isObject(value)) return
      failing(value, name => {
        if (keyword === false) report.add(unknownMember(name, path, known))
        else rule.explain(value[name] ?? null, memberPath(path, name), report)
        return report.isFull
      })
    },
    mark: (value, marks) => {
      if (isObject(value)) marks.allMembers = true
    },
  }
}

/** `unevaluatedItems`; `others` are all other rules of the schema. */
export function unevaluatedItems(
  schema: JsonObject,
  build: Build,
  others: readonly Rule[],
): Rule | undefined {
  if (own(schema, 'unevaluatedItems') === undefined) return undefined
  const rule = build.child('unevaluatedItems')
  const failing = (value: readonly Json[], marks: Marks) =>
    value.findIndex((item, at) => !marks.hasItem(at) && !rule.test(item))
  return {
    test: value => !Array.isArray(value) || failing(value, marksOf(value, others)) === -1,
    explain: (value, path, report) => {
      if (!Array.isArray(value)) return
      const marks = marksOf(value, others)
      for (const [at, item] of value.entries()) {
        if (report.isFull || marks.hasItem(at) || rule.test(item)) continue
        rule.explain(item, itemPath(path, at), report)
      }
    },
    mark: (value, marks) => {
      if (Array.isArray(value)) marks.allItems = true
    },
  }
}

function marksOf(value: Json, rules: readonly Rule[]): Marks {
  const marks = new Marks()
  for (const rule of rules) rule.mark?.(value, marks)
  return marks
}
