import { isObject, type JsonObject, own } from '../../../std/json.ts'
import type { Build, Rule } from '../rule.ts'
import { explainAlternatives } from './alternatives.ts'

/** `allOf`. */
export function allOf(schema: JsonObject, build: Build): Rule[] {
  return branchesOf(schema, 'allOf', build)
}

/** `anyOf`. */
export function anyOf(schema: JsonObject, build: Build): Rule | undefined {
  const branches = branchesOf(schema, 'anyOf', build)
  if (branches.length === 0) return undefined
  return {
    test: value => branches.some(branch => branch.test(value)),
    explain: (value, path, report) => explainAlternatives(branches, value, path, report),
    mark: (value, marks) => {
      for (const branch of branches) if (branch.test(value)) branch.mark?.(value, marks)
    },
  }
}

/** `oneOf`. */
export function oneOf(schema: JsonObject, build: Build): Rule | undefined {
  const branches = branchesOf(schema, 'oneOf', build)
  if (branches.length === 0) return undefined
  return {
    test: value => {
      let count = 0
      for (const branch of branches) if (branch.test(value) && ++count > 1) return false
      return count === 1
    },
    explain: (value, path, report) => {
      const fitting = branches.flatMap((branch, at) => (branch.test(value) ? [at] : []))
      if (fitting.length === 0) {
        explainAlternatives(branches, value, path, report)
        return
      }
      const message = `fits ${fitting.length} of the ${branches.length} alternatives (${fitting.slice(0, 10).join(', ')}), and must fit one alone`
      report.add({ path, code: 'INVALID_FORMAT', message, expected: 'a value that fits one alternative' })
    },
    mark: (value, marks) => branches.find(branch => branch.test(value))?.mark?.(value, marks),
  }
}

/** `not`. */
export function not(schema: JsonObject, build: Build): Rule | undefined {
  if (own(schema, 'not') === undefined) return undefined
  const refused = build.child('not')
  return {
    test: value => !refused.test(value),
    explain: (value, path, report) =>
      report.mismatch(path, 'INVALID_FORMAT', 'a value that does not fit "not"', value),
  }
}

/** `if`, `then` and `else`. */
export function condition(schema: JsonObject, build: Build): Rule | undefined {
  if (own(schema, 'if') === undefined) return undefined
  const when = build.child('if')
  const then = own(schema, 'then') === undefined ? undefined : build.child('then')
  const otherwise = own(schema, 'else') === undefined ? undefined : build.child('else')
  return {
    test: value => (when.test(value) ? then : otherwise)?.test(value) ?? true,
    explain: (value, path, report) => (when.test(value) ? then : otherwise)?.explain(value, path, report),
    mark: (value, marks) => {
      const holds = when.test(value)
      if (holds) when.mark?.(value, marks)
      const consequence = holds ? then : otherwise
      consequence?.mark?.(value, marks)
    },
  }
}

/** `dependentSchemas`. */
export function dependentSchemas(schema: JsonObject, build: Build): Rule[] {
  const dependent = own(schema, 'dependentSchemas')
  if (!isObject(dependent)) return []
  return Object.keys(dependent).map(name => {
    const rule = build.child('dependentSchemas', name)
    return {
      test: value => !isObject(value) || !Object.hasOwn(value, name) || rule.test(value),
      explain: (value, path, report) => rule.explain(value, path, report),
      mark: (value, marks) => {
        if (isObject(value) && Object.hasOwn(value, name)) rule.mark?.(value, marks)
      },
    } satisfies Rule
  })
}

function branchesOf(schema: JsonObject, keyword: string, build: Build): Rule[] {
  const branches = own(schema, keyword)
  return Array.isArray(branches) ? branches.map((_, at) => build.child(keyword, at)) : []
}
