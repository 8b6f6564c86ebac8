import { describe, expect, test } from 'bun:test'
import { substitute } from './substitute.ts'

const env = { HOST: 'db', PORT: '5432', EMPTY: '', TRICK: `\${HOST} $$ env://HOST`, _u1: 'x' }

describe('a text', () => {
  test.each([
    ['plain', 'plain'],
    [`\${HOST}`, 'db'],
    [`a \${HOST}:\${PORT} b`, 'a db:5432 b'],
    [`\${_u1}`, 'x'],
    [`\${EMPTY}`, ''],
    [`\${EMPTY:-none}`, 'none'],
    [`\${MISSING:-}`, ''],
    [`\${MISSING:-a b/c:d}`, 'a b/c:d'],
    [`\${MISSING:-\${HOST}}`, 'db'],
    [`\${MISSING:-<\${ALSO:-\${HOST}}>}`, '<db>'],
    [`\${HOST:?why}`, 'db'],
    ['$$', '$'],
    [`$\${HOST}`, `\${HOST}`],
    [`$$$\${HOST}`, `$\${HOST}`],
    [`$$\${HOST}`, '$db'],
    ['cost: $5, 5$', 'cost: $5, 5$'],
    ['a } b { c', 'a } b { c'],
    [`\${MISSING:-$$}`, '$'],
    [`\${TRICK}`, `\${HOST} $$ env://HOST`],
    ['env://HOST', 'db'],
    ['env://EMPTY', ''],
  ])('%s is %s', (text, value) => {
    expect(substitute(text, env)).toMatchObject({
      value,
      changed: value !== text || text.includes('$'),
      problems: [],
    })
  })

  test('a default is not looked into when it is not used', () => {
    expect(substitute(`\${HOST:-\${MISSING}}`, env)).toMatchObject({
      value: 'db',
      changed: true,
      problems: [],
    })
    expect(substitute(`\${HOST:-\${MISSING:?never}}`, env).problems).toEqual([])
  })
})

describe('a mistake', () => {
  const nested = (depth: number) => [`\${A:-`.repeat(depth), 'x', '}'.repeat(depth)].join('')

  test.each([
    [`\${MISSING}`, `the environment variable MISSING is not set; set it, or write \${MISSING:-default}`],
    [
      `\${MISSING:?the key of the vault}`,
      'the environment variable MISSING is not set: the key of the vault',
    ],
    [`\${EMPTY:?it must be set}`, 'the environment variable EMPTY is empty: it must be set'],
    ['env://MISSING', 'the environment variable MISSING is not set (env://MISSING)'],
    [`\${HOST`, 'is not understood'],
    [`\${HOST:-x`, 'no closing "}"'],
    [`\${}`, 'is not understood'],
    [`\${1A}`, 'is not understood'],
    [`\${HOST-x}`, 'is not understood'],
    [`\${HOST:x}`, 'is not understood'],
    [`\${ HOST }`, 'is not understood'],
    ['sqlite:env://HOST', 'cannot be a part of one'],
    ['env://HOST/x', 'cannot be a part of one'],
    ['env://', 'cannot be a part of one'],
    [nested(9), 'nested deeper than 8'],
  ])('%s', (text, problem) => {
    const { problems } = substitute(text, env)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  test('eight levels are fine', () => {
    expect(substitute(nested(8), env)).toMatchObject({ value: 'x', problems: [] })
  })

  test('every missing variable of a text is told', () => {
    expect(substitute(`\${A}\${B}`, env).problems).toHaveLength(2)
  })
})
