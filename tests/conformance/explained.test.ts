import { expect } from 'bun:test'
import { compile } from '../../src/expression/compile.ts'
import { compileExplained } from '../../src/expression/explain/explain.ts'
import { defaultLimits, type Expression, ExpressionError } from '../../src/expression/expression.ts'
import { writeExactIntegers } from '../../src/std/exact-integers.ts'
import type { Json } from '../../src/std/json.ts'
import { type LogicCase, recordedCases, suiteCases, suiteFiles } from './jsonlogic-cases.ts'
import { testWithSuites } from './suites.ts'

writeExactIntegers()

const fixed = { now: () => Date.UTC(2026, 0, 2), monotonic: () => 0 }
const optionsOf = ({ template }: LogicCase) =>
  ({ mode: template ? 'template' : 'plain', limits: defaultLimits, clock: fixed }) as const

testWithSuites(
  'an explained rule gives, fails and costs what the rule does, in every case of the suites',
  () => {
    for (const item of suiteFiles().flatMap(suiteCases)) check(item)
  },
)

testWithSuites.each(['rules.jsonl', 'dates.jsonl'])('and in every recorded line of %s', file => {
  for (const item of recordedCases(file)) check(item)
})

function check(item: LogicCase): void {
  const where = `${item.name} ${JSON.stringify(item.rule)} on ${JSON.stringify(item.data)}`
  expect({ where, ...explained(item) }).toEqual({ where, ...plain(item) })
}

type Got = { result: Json; operations: number } | { error: string }

function plain(item: LogicCase): Got {
  return gotOf(item.data, () => compile(item.rule, optionsOf(item)))
}

function explained(item: LogicCase): Got {
  const audience = { wants: () => true, tell: () => undefined }
  return gotOf(item.data, () => compileExplained(item.rule, optionsOf(item), audience))
}

function gotOf(data: Json, make: () => Expression): Got {
  const budget = { remaining: 5_000_000, limit: 5_000_000 }
  try {
    return { result: make().evaluate(data, budget), operations: budget.limit - budget.remaining }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { error: `${error.kind} ${error.type} ${error.message}` }
  }
}
