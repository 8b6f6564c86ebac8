import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { itemPath } from '../paths.ts'
import type { Build, Rule } from '../rule.ts'
import { ValueTable } from '../value-table.ts'

/** `prefixItems` and `items`. */
export function items(schema: JsonObject, build: Build): Rule | undefined {
  const prefix = own(schema, 'prefixItems')
  const first = Array.isArray(prefix) ? prefix.map((_, at) => build.child('prefixItems', at)) : []
  const rest = own(schema, 'items') === undefined ? undefined : build.child('items')
  if (first.length === 0 && rest === undefined) return undefined
  const ruleFor = (index: number) => (index < first.length ? first[index] : rest)
  return {
    looks: true,
    test: value => {
      if (!Array.isArray(value)) return true
      const end = rest === undefined ? Math.min(first.length, value.length) : value.length
      for (let at = 0; at < end; at++) if (!(ruleFor(at)?.test(value[at] ?? null) ?? true)) return false
      return true
    },
    explain: (value, path, report) => {
      if (!Array.isArray(value)) return
      for (const [at, item] of value.entries()) {
        if (report.isFull) return
        ruleFor(at)?.explain(item, itemPath(path, at), report)
      }
    },
    mark: (value, marks) => {
      if (!Array.isArray(value)) return
      if (rest !== undefined) marks.allItems = true
      marks.firstItems = Math.max(marks.firstItems, first.length)
    },
  }
}

/** `uniqueItems`. */
export function uniqueItems(schema: JsonObject, { evaluation }: Build): Rule | undefined {
  if (own(schema, 'uniqueItems') !== true) return undefined
  const repeated = (items: readonly Json[], found: (index: number, earlier: number) => void) => {
    const table = new ValueTable(evaluation)
    for (const [index, item] of items.entries()) {
      const earlier = table.claim(item, index)
      if (earlier !== undefined) found(index, earlier)
    }
  }
  return {
    test: value => {
      if (!Array.isArray(value) || value.length < 2) return true
      let isUnique = true
      repeated(value, () => {
        isUnique = false
      })
      return isUnique
    },
    explain: (value, path, report) => {
      if (!Array.isArray(value)) return
      repeated(value, (index, earlier) => {
        const message = `is the same as ${itemPath(path, earlier)}`
        report.add({ path: itemPath(path, index), code: 'DUPLICATE', message, expected: 'items that differ' })
      })
    },
  }
}
