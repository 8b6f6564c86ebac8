import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import { STEPS_PER_NAME } from '../evaluation.ts'
import { spelled } from '../glimpse.ts'
import { memberPath } from '../paths.ts'
import type { Build, Rule } from '../rule.ts'

/** `required`. */
export function required(schema: JsonObject, { evaluation }: Build): Rule | undefined {
  const names = namesIn(own(schema, 'required'))
  if (names.length === 0) return undefined
  return {
    test: value => {
      evaluation.charge(names.length * STEPS_PER_NAME)
      return !isObject(value) || hasAll(value, names)
    },
    explain: (value, path, report) => {
      if (!isObject(value)) return
      for (const name of names) {
        if (Object.hasOwn(value, name)) continue
        report.add({
          path: memberPath(path, name),
          code: 'REQUIRED',
          message: `${spelled(name)} is required`,
        })
      }
    },
  }
}

/** `dependentRequired`. */
export function dependentRequired(schema: JsonObject, { evaluation }: Build): Rule | undefined {
  const dependent = own(schema, 'dependentRequired')
  if (!isObject(dependent)) return undefined
  const entries = Object.keys(dependent).map(name => ({ name, needs: namesIn(own(dependent, name)) }))
  const names = entries.reduce((sum, { needs }) => sum + 1 + needs.length, 0)
  return {
    test: value => {
      evaluation.charge(names * STEPS_PER_NAME)
      if (!isObject(value)) return true
      return entries.every(({ name, needs }) => !Object.hasOwn(value, name) || hasAll(value, needs))
    },
    explain: (value, path, report) => {
      if (!isObject(value)) return
      for (const { name, needs } of entries) {
        const missing = Object.hasOwn(value, name) ? needs.filter(need => !Object.hasOwn(value, need)) : []
        for (const need of missing) {
          const message = `${spelled(need)} is required where ${spelled(name)} is`
          report.add({ path: memberPath(path, need), code: 'REQUIRED', message })
        }
      }
    },
  }
}

/** `propertyNames`. */
export function propertyNames(schema: JsonObject, build: Build): Rule | undefined {
  if (own(schema, 'propertyNames') === undefined) return undefined
  const rule = build.child('propertyNames')
  return {
    test: value => !isObject(value) || Object.keys(value).every(name => rule.test(name)),
    explain: (value, path, report) => {
      if (!isObject(value)) return
      for (const name of Object.keys(value)) {
        if (report.isFull || rule.test(name)) continue
        const message = `${spelled(name)} is not a name that a property may have here`
        const expected = 'a name that fits "propertyNames"'
        report.add({ path: memberPath(path, name), code: 'INVALID_FORMAT', message, expected })
      }
    },
  }
}

function hasAll(value: JsonObject, names: readonly string[]): boolean {
  for (let at = 0; at < names.length; at++) if (!Object.hasOwn(value, names[at] ?? '')) return false
  return true
}

function namesIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter(name => typeof name === 'string') : []
}
