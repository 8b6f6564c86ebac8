import { expect, test } from 'bun:test'
import { compile } from '../compile.ts'
import { defaultLimits } from '../expression.ts'
import { operatorNames, operators, operatorsByName } from './index.ts'

test.each(operators.map(operator => [operator.name, operator] as const))(
  'the example of %s is true',
  (_, operator) => {
    const { rule, data = null, result } = operator.example
    expect(compile(rule, { mode: 'plain', limits: defaultLimits }).evaluate(data)).toEqual(result)
    expect(JSON.stringify(rule)).toContain(`"${operator.name}"`)
  },
)

test('every operator says what it does and what each argument is', () => {
  for (const { summary, args } of operators) {
    expect(summary).toMatch(/^[A-Z].*\.$/)
    for (const [name, about] of Object.entries(args)) {
      expect(name).toMatch(/^(?:\.\.\.)?[a-z]+\??$/)
      expect(about).not.toBe('')
    }
  }
})

test('names and aliases are given once', () => {
  const names = operators.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  expect(new Set(names).size).toBe(names.length)
  expect(operatorNames()).toEqual(names)
  expect(operatorsByName.get('match')?.name).toBe('switch')
})
