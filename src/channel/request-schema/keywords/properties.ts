import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import { type Evaluation, STEPS_PER_NAME } from '../evaluation.ts'
import { memberPath } from '../paths.ts'
import type { Report } from '../report.ts'
import type { Build, Marks, Rule } from '../rule.ts'
import { search } from './patterns.ts'
import { unknownMember } from './unknown-member.ts'

/** What noting that a member was evaluated costs. */
const STEPS_PER_MARK = 2

/** `properties`, `patternProperties` and `additionalProperties`. */
export function properties(schema: JsonObject, build: Build): Rule | undefined {
  const members = new Members(schema, build)
  if (members.additional === undefined && members.byPattern.length === 0) {
    return members.byName.size === 0 ? undefined : namedMembers(members, build)
  }
  return {
    looks: true,
    test: value => {
      if (!isObject(value)) return true
      for (const name in value) if (!members.fits(name, value[name] ?? null)) return false
      return true
    },
    explain: (value, path, report) => {
      if (isObject(value)) for (const name in value) members.explain(name, value[name] ?? null, path, report)
    },
    mark: (value, marks) => {
      if (!isObject(value)) return
      if (members.additional !== undefined) marks.allMembers = true
      else for (const name in value) members.mark(name, marks)
    },
  }
}

/** With `properties` alone it is the schema's names that are gone through, however many the value has. */
function namedMembers(members: Members, { evaluation }: Build): Rule {
  const names = [...members.byName.keys()]
  const rules = [...members.byName.values()]
  const inherited = names.map(name => name in Object.prototype)
  const steps = names.length * STEPS_PER_NAME
  return {
    looks: true,
    test: value => {
      if (!isObject(value)) return true
      evaluation.charge(steps)
      for (let at = 0; at < names.length; at++) {
        const name = names[at] ?? ''
        const member = inherited[at] ? own(value, name) : value[name]
        if (member !== undefined && !(rules[at]?.test(member) ?? true)) return false
      }
      return true
    },
    explain: (value, path, report) => {
      if (!isObject(value)) return
      for (const name of names) {
        const member = own(value, name)
        if (member !== undefined) members.explain(name, member, path, report)
      }
    },
    mark: (value, marks) => {
      if (!isObject(value)) return
      evaluation.charge(names.length * STEPS_PER_MARK)
      for (const name of names) if (Object.hasOwn(value, name)) marks.members.add(name)
    },
  }
}

/** Which schemas a member has to fit, by its name. */
class Members {
  readonly byName: ReadonlyMap<string, Rule>
  readonly byPattern: readonly { matches(name: string): boolean; rule: Rule }[]
  readonly additional: Rule | undefined
  private readonly isClosed: boolean
  private readonly evaluation: Evaluation

  constructor(schema: JsonObject, build: Build) {
    const named = own(schema, 'properties')
    const patterned = own(schema, 'patternProperties')
    const additional = own(schema, 'additionalProperties')
    this.byName = new Map(namesOf(named).map(name => [name, build.child('properties', name)]))
    this.byPattern = namesOf(patterned).map(pattern => ({
      matches: search(pattern, build.evaluation),
      rule: build.child('patternProperties', pattern),
    }))
    this.additional = additional === undefined ? undefined : build.child('additionalProperties')
    this.isClosed = additional === false
    this.evaluation = build.evaluation
  }

  fits(name: string, value: Json): boolean {
    const named = this.byName.get(name)
    if (named !== undefined && !named.test(value)) return false
    let isKnown = named !== undefined
    for (const { matches, rule } of this.byPattern) {
      if (!matches(name)) continue
      if (!rule.test(value)) return false
      isKnown = true
    }
    return isKnown || this.additional === undefined || this.additional.test(value)
  }

  mark(name: string, marks: Marks): void {
    this.evaluation.charge(STEPS_PER_MARK)
    if (this.isKnown(name)) marks.members.add(name)
  }

  isKnown(name: string): boolean {
    return this.byName.has(name) || this.byPattern.some(({ matches }) => matches(name))
  }

  explain(name: string, value: Json, path: string, report: Report): void {
    if (report.isFull) return
    const at = memberPath(path, name)
    this.byName.get(name)?.explain(value, at, report)
    let isKnown = this.byName.has(name)
    for (const { matches, rule } of this.byPattern) {
      if (!matches(name)) continue
      rule.explain(value, at, report)
      isKnown = true
    }
    if (isKnown) return
    if (this.isClosed) report.add(unknownMember(name, path, this.byName.keys()))
    else this.additional?.explain(value, at, report)
  }
}

function namesOf(value: Json | undefined): string[] {
  return isObject(value) ? Object.keys(value) : []
}
