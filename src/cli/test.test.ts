import { describe, expect, test } from 'bun:test'
import { XmlReader } from '../engine/xml/read-xml.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { ExitCode } from './command.ts'
import { run, start } from './test-terminal.ts'

const orders = {
  workflow_id: 'orders',
  name: 'Orders',
  tasks: [
    {
      id: 'read',
      name: 'Read',
      function: { name: 'parse_json', input: { source: 'payload', target: 'order' } },
    },
    {
      id: 'flag',
      name: 'Flag',
      condition: { '>': [{ var: 'data.order.total' }, 100] },
      function: { name: 'map', input: { mappings: [{ path: 'data.order.large', logic: true }] } },
    },
  ],
}
const large = {
  name: 'large',
  workflow: 'orders',
  input: { total: 101 },
  expect: { 'data.order.large': true },
}
const small = { name: 'small', workflow: 'orders', input: { total: 100 }, expect_tasks: ['read'] }

type Files = Record<string, Json>

/** Runs the command in the folder `d`; documents that are not text are written as JSON. */
function cases(files: Files, ...argv: string[]) {
  const all: Files = { 'workflows/orders.json': orders, ...files }
  const texts = Object.entries(all).map(([path, value]) => [
    `d/${path}`,
    typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  ])
  return run(['test', 'd', ...argv], { files: Object.fromEntries(texts) })
}

describe('the exit code', () => {
  test.each<[string, Files, string[], ExitCode]>([
    ['0 when every case passes', { 'a.case.json': [large, small] }, [], 0],
    ['1 when one fails', { 'a.case.json': [large, { ...small, expect_tasks: [] }] }, [], 1],
    [
      '0 when the one that fails is not asked for',
      { 'a.case.json': [large, { ...small, expect_tasks: [] }] },
      ['larg'],
      0,
    ],
    ['1 without any case', {}, [], 1],
    ['1 when no case has the name', { 'a.case.json': large }, ['huge'], 1],
    ['1 for a case that is wrong', { 'a.case.json': large, 'b.case.json': {} }, [], 1],
    [
      '1 for a workflow that is wrong',
      { 'a.case.json': large, 'workflows/w.json': { workflow_id: 'w', name: 'W', tasks: [] } },
      [],
      1,
    ],
    ['1 for a file that is wrong', { 'a.case.json': large, 'workflows/w.json': '{' }, [], 1],
    ['0 when enough is covered', { 'a.case.json': [large, small] }, ['--min-coverage', '100'], 0],
    ['1 when too little is', { 'a.case.json': [large] }, ['--min-coverage=50.1'], 1],
    ['2 for a share that is none', { 'a.case.json': large }, ['--min-coverage', '101'], 2],
    ['2 for a share of a part of the cases', { 'a.case.json': large }, ['large', '--min-coverage', '1'], 2],
    ['2 for a third operand', { 'a.case.json': large }, ['large', 'more'], 2],
  ])('is %s', async (_, files, argv, code) => {
    expect((await cases(files, ...argv)).code).toBe(code)
    expect((await cases(files, ...argv, '--json')).code).toBe(code)
  })

  test('is 1 for a folder that is not there', async () => {
    expect(await run(['test', 'nope'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('"nope"'),
    })
  })
})

test('a signal ends it before the next case', async () => {
  const files = {
    'd/workflows/orders.json': JSON.stringify(orders),
    'd/a.case.json': JSON.stringify([large, small]),
  }
  const { seen, exit, signals } = start(['test', 'd'], { files })
  signals.push('SIGINT')
  expect(await exit).toBe(1)
  expect(seen).toMatchObject({ out: '', err: 'Error: stopped before all cases had run\n' })
})

describe('as text', () => {
  test('cases are told in the order of their files, then what they cover', async () => {
    const other = { ...orders, workflow_id: 'other' }
    const files = { 'workflows/other.json': other, 'b.case.json': small, 'a.case.json': large }
    expect(await cases(files)).toMatchObject({
      code: 0,
      err: '',
      out: `✓ large
✓ small

  coverage                         tasks              branches
  orders                           2/2 (100 %)        2/2 (100 %)
  other                            0/2 (0 %)          0/2 (0 %)
    no case runs it
  together                         2/4 (50 %)         2/4 (50 %)

2 passed
`,
    })
  })

  test('what differs is told with its place and both values; coverage only when every case ran', async () => {
    const text = `[
  {"name": "wrong \\u001b[31m", "workflow": "orders", "input": {"total": 100},
   "expect": {"data.order.total": 7}}
]`
    expect((await cases({ 'deep/er/a.case.json': text }, 'wrong')).out).toBe(`✗ wrong \\u001b[31m
  d/deep/er/a.case.json:3:35: data.order.total is not what was expected
    3 |    "expect": {"data.order.total": 7}}
      |                                   ^
    expected: 7
    got:      100

0 passed, 1 failed
`)
  })

  test('a value that is long is not quoted', async () => {
    const input = { total: 1, text: 'x'.repeat(10_000) }
    const { out } = await cases({ 'a.case.json': { ...small, input, expect: { data: {} } } })
    expect(out).toContain('got:      "(longer than 2000 characters)"')
    expect(out.length).toBeLessThan(2000)
  })
})

describe('a file that is wrong is told with its place, and the others run:', () => {
  test.each<[string, string, string]>([
    ['no JSON', '{\n  "name": ,\n}', '2:11: error: unexpected ","'],
    [
      'an unknown key',
      '{"name": "x", "workflow": "orders",\n "expct": {}}',
      '2:2: error: "expct" is not a known key; did you mean "expect"?',
    ],
    [
      'a path without a root',
      '{"name": "x", "workflow": "orders",\n "expect": {"order.total": 1}}',
      '2:13: error: the path "order.total" begins with none of',
    ],
    [
      'an unknown workflow',
      '{"name": "x",\n "workflow": "order"}',
      '2:14: error: no file in d/workflows declares the workflow "order"; did you mean "orders"?',
    ],
    [
      'a workflow outside',
      '{"name": "x",\n "workflow": "../workflows/orders.json"}',
      '2:14: error: no file in d/workflows declares',
    ],
    [
      'a key that is there twice',
      '{"name": "x", "workflow": "orders", "input": {"a": 1,\n "a": 2}}',
      '2:2: error: this key is there twice',
    ],
    [
      'a case of a list',
      '[{"name": "x", "workflow": "orders"},\n {"name": 1, "workflow": "orders"}]',
      '2:11: error: must be a non-empty string',
    ],
    [
      'a name that is there twice',
      '[{"name": "x", "workflow": "orders"},\n {"name": "x", "workflow": "orders"}]',
      '2:11: error: another case of the file has this name',
    ],
    [
      'stubs outside',
      '{"name": "x", "workflow": "orders",\n "stubs_file": "../../etc/stubs.json"}',
      '2:16: error: "../../etc/stubs.json" leads out of the folder',
    ],
    [
      'stubs at a whole path',
      '{"name": "x", "workflow": "orders",\n "stubs_file": "/etc/passwd"}',
      '2:16: error: "/etc/passwd" leads out of the folder',
    ],
    [
      'stubs that are not there',
      '{"name": "x", "workflow": "orders",\n "stubs_file": "none.json"}',
      '2:16: error: there is no file "none.json" from here',
    ],
  ])('%s', async (_, text, line) => {
    const { code, out, err } = await cases({ 'a.case.json': large, 'b.case.json': text })
    expect(code).toBe(1)
    expect(err).toStartWith(`d/b.case.json:${line}`)
    expect(err).toContain('^')
    expect(out).toStartWith('✓ large')
  })

  test('stubs, which are told where they are', async () => {
    const files = {
      'tests/a.case.json': { ...large, stubs_file: '../stubs/s.json' },
      'tests/b.case.json': { ...small, stubs_file: '../stubs/s.json' },
      'stubs/s.json': '{"cache_invalidate":\n {"error": "no"}}',
    }
    const { code, err } = await cases(files)
    expect(code).toBe(1)
    expect(err.match(/d\/stubs\/s\.json:2:12: error: must be an object/g)).toHaveLength(1)
    expect(err.match(/"\.\.\/stubs\/s\.json" holds no stubs that can be used/g)).toHaveLength(2)
  })

  test('a workflow, and the cases that need it fail', async () => {
    const broken = { ...orders, workflow_id: 'broken', tasks: [{ id: 'a' }] }
    const files = {
      'workflows/broken.json': broken,
      'a.case.json': [large, { name: 'x', workflow: 'broken' }],
    }
    const { out, err } = await cases(files)
    expect(err).toContain("d/workflows/broken.json:5:5: error: Task at index 0 is missing 'name'")
    expect(out).toContain(
      '✗ x\n  d/a.case.json:14:17: the workflow "broken" is not valid, see d/workflows/broken.json',
    )
    expect(out).not.toContain('  broken  ')
  })
})

test('a workflow may be named by the path of its file', async () => {
  const files = { 'tests/a.case.json': { ...large, workflow: '../workflows/orders.json' } }
  expect((await cases(files)).code).toBe(0)
})

describe('stubs', () => {
  const drop = {
    workflow_id: 'drop',
    name: 'Drop',
    tasks: [{ id: 'd', name: 'D', function: { name: 'cache_invalidate', input: { namespaces: ['p'] } } }],
  }
  const one = { name: 'one', workflow: 'drop', expect_errors: [{ code: 'X' }, {}] }
  const failing = { cache_invalidate: { error: { message: 'away', code: 'X' } } }
  const workflow = { 'workflows/drop.json': drop }

  test('of a file and of the case are put together, the own first', async () => {
    const file = { 'tests/s.json': failing }
    const fromFile = { ...one, stubs_file: 's.json' }
    expect((await cases({ ...workflow, ...file, 'tests/a.case.json': fromFile })).code).toBe(0)
    const own = { ...fromFile, stubs: { d: 1 }, expect_errors: [] }
    expect((await cases({ ...workflow, ...file, 'tests/a.case.json': own })).code).toBe(0)
  })

  test.each(['map', 'read', 'http_cal'])('for %s are told, because nothing asks for them', async key => {
    const { out } = await cases({ 'a.case.json': { ...large, stubs: { [key]: 1 } } })
    expect(out).toContain(`"${key}" is neither a function whose calls are stubbed nor a task that calls one`)
  })
})

describe('as JSON', () => {
  test('everything is told', async () => {
    const files = {
      'a.case.json': [large, { ...small, expect: { 'data.order.total': 99 } }],
      'b.case.json': '{',
    }
    const { out, err } = await cases(files, '--json')
    expect(err).toBe('')
    expect(JSON.parse(out)).toEqual({
      passed: 1,
      failed: 1,
      problems: [
        expect.objectContaining({ file: 'd/b.case.json', line: 1, column: 2, code: 'INVALID_JSON' }),
      ],
      cases: [
        {
          file: 'd/a.case.json',
          name: 'large',
          workflow: 'orders',
          status: 'passed',
          duration_ms: 0,
          failures: [],
        },
        {
          file: 'd/a.case.json',
          name: 'small',
          workflow: 'orders',
          status: 'failed',
          duration_ms: 0,
          failures: [
            {
              line: 22,
              column: 27,
              path: 'expect.data.order.total',
              message: 'data.order.total is not what was expected',
              expected: 99,
              got: 100,
            },
          ],
        },
      ],
      coverage: {
        tasks: { covered: 2, total: 2, percent: 100 },
        branches: { covered: 2, total: 2, percent: 100 },
        workflows: [
          {
            workflow_id: 'orders',
            cases: 2,
            tasks: { covered: 2, total: 2, percent: 100, missing: [] },
            branches: { covered: 2, total: 2, percent: 100, missing: [] },
          },
        ],
      },
    })
  })

  test('integers keep their digits', async () => {
    const text =
      '{"name": "x", "workflow": "orders", "input": {"id": 12345678901234567890}, "expect": {"data.order.id": 1}}'
    expect((await cases({ 'a.case.json': text }, '--json')).out).toContain('"got": 12345678901234567890')
  })
})

describe('as JUnit', () => {
  async function junit(files: Files): Promise<{ text: string; xml: Json | undefined }> {
    const { written } = await cases(files, '--junit', 'out/report.xml')
    const text = written['out/report.xml'] ?? ''
    const reader = new XmlReader(text, 'collect')
    while (reader.step());
    return { text, xml: reader.result }
  }

  test('there is a suite for each file, with a case for each case', async () => {
    const files = { 'a.case.json': [large, small], 'b.case.json': large }
    const { xml } = await junit(files)
    expect(xml).toMatchObject({
      '@tests': '3',
      '@failures': '0',
      '@errors': '0',
      testsuite: [
        {
          '@name': 'd/a.case.json',
          '@tests': '2',
          testcase: [{ '@name': 'large', '@classname': 'orders' }, {}],
        },
        { '@name': 'd/b.case.json', '@tests': '1' },
      ],
    })
  })

  test('failures and wrong files are told, and whatever they hold is text', async () => {
    const nasty = 'a <b> & "c" \'d\' ]]> \u0000\u001b\ud83d\ude00\uffff'
    const failing: JsonObject = {
      ...small,
      name: nasty,
      input: { total: 1, x: nasty },
      expect: { 'data.order.x': '<' },
    }
    const { text, xml } = await junit({ 'a.case.json': failing, 'b.case.json': '{' })
    const shown = 'a <b> & "c" \'d\' ]]> \\u0000\\u001b\ud83d\ude00\\uffff'
    expect(xml).toMatchObject({ '@tests': '2', '@failures': '1', '@errors': '1' })
    expect(xml).toMatchObject({
      testsuite: [
        { '@errors': '1', testcase: { '@name': 'invalid-json 1:2', error: { '@type': 'invalid-json' } } },
        {
          '@failures': '1',
          testcase: { '@name': shown, failure: { '@message': 'data.order.x is not what was expected' } },
        },
      ],
    })
    expect(text).toContain('expected: &quot;&lt;&quot;')
    expect([...text].filter(character => /\p{Cc}|\uffff/u.test(character) && character !== '\n')).toEqual([])
  })
})
