import { describe, expect, test } from 'bun:test'
import { compile } from '../../src/expression/compile.ts'
import { defaultLimits, ExpressionError } from '../../src/expression/expression.ts'
import { writeExactIntegers } from '../../src/std/exact-integers.ts'
import { parseExactly } from '../../src/std/exact-values.ts'
import type { Json } from '../../src/std/json.ts'
import { type LogicCase, recordedCases, suiteCases, suiteFiles } from './jsonlogic-cases.ts'
import { testWithSuites } from './suites.ts'

writeExactIntegers()
const files = suiteFiles()

for (const file of files) {
  describe(file, () => {
    for (const item of suiteCases(file)) test(item.name, () => check(item))
  })
}

testWithSuites('all 1,226 cases of the suites are there', () => {
  expect(files.flatMap(suiteCases)).toHaveLength(1226)
})

testWithSuites.each([
  ['rules.jsonl', 4000],
  ['dates.jsonl', 800],
])('every recorded answer of %s', (file, count) => {
  const cases = recordedCases(file)
  expect(cases).toHaveLength(count)
  for (const item of cases) check(item)
})

function check(item: LogicCase): void {
  const where = `${item.name} ${JSON.stringify(item.rule)} on ${JSON.stringify(item.data)}`
  expect({ where, got: outcome(item) }).toEqual({ where, got: item.expected })
}

function outcome({ rule, data, template, expected }: LogicCase): LogicCase['expected'] {
  try {
    const expression = compile(rule, { mode: template ? 'template' : 'plain', limits: defaultLimits })
    return { result: asWritten(expression.evaluate(data)) }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    if ('thrown' in expected) return { thrown: asWritten(error.thrown ?? null) }
    return { errorType: error.type }
  }
}

/** A value as it leaves the server: what is no finite number is null, -0 is 0. */
function asWritten(value: Json): Json {
  return parseExactly(JSON.stringify(value))
}
