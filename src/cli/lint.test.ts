import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import type { ExitCode } from './command.ts'
import { run } from './test-terminal.ts'

const sound = `{
  "name": "Orders",
  "tasks": [
    {"id": "p", "name": "Parse", "function": {"name": "parse_json", "input": {"source": "payload", "target": "order"}}}
  ]
}
`
const doubtful = sound.replace('"target": "order"', '"target": "data.order"')
const wrong = sound.replace('parse_json', 'pars_json')
const connector = '{"name": "crm", "connector_type": "http", "config": {"url": "https://crm.example.com"}}'

function lint(files: Record<string, string>, ...flags: string[]) {
  return run(['lint', ...flags, ...Object.keys(files)], { files })
}

async function found(files: Record<string, string>) {
  const { out } = await lint(files, '--format', 'json')
  const report: { findings: JsonObject[] } = JSON.parse(out)
  return report.findings
}

describe('the exit code', () => {
  test.each<[string, string, string[], ExitCode]>([
    ['0 for what is sound', sound, [], 0],
    ['0 for what is sound, strictly', sound, ['--strict'], 0],
    ['0 for warnings', doubtful, [], 0],
    ['1 for warnings, strictly', doubtful, ['--strict'], 1],
    ['1 for errors', wrong, [], 1],
    ['1 for what is no JSON', '{', [], 1],
  ])('is %s', async (_, text, flags, code) => {
    expect((await lint({ 'w.json': text }, ...flags)).code).toBe(code)
    expect((await lint({ 'w.json': text }, ...flags, '--format=json')).code).toBe(code)
    expect((await lint({ 'a.json': sound, 'w.json': text }, ...flags)).code).toBe(code)
  })

  test.each([[['lint']], [['lint', '--format', 'xml', 'w.json']], [['lint', '--stric', 'w.json']]])(
    'is 2 for wrong usage: %j',
    async argv => {
      expect(await run(argv)).toMatchObject({ code: 2, out: '' })
    },
  )

  test('is 1 for a file that is not there; the others are looked at', async () => {
    const { code, out, err } = await run(['lint', 'nope.json', 'w.json'], { files: { 'w.json': sound } })
    expect({ code, out }).toEqual({ code: 1, out: 'w.json is valid\n' })
    expect(err).toStartWith('nope.json:1:1: error: cannot read the file: ENOENT')
  })
})

describe('as text', () => {
  test('what is valid is told on standard output, with its warnings counted', async () => {
    expect(await lint({ 'w.json': sound })).toMatchObject({ out: 'w.json is valid\n', err: '' })
    expect((await lint({ 'w.json': doubtful })).out).toBe('w.json is valid, with 1 warning\n')
    expect((await lint({ 'w.json': doubtful }, '--strict')).out).toBe('')
    expect((await lint({ 'w.json': wrong })).out).toBe('')
  })

  test('each finding has its place, the line with a caret, what would be right, its path, code and rule', async () => {
    const { err } = await lint({ 'w.json': '{"name": "x", "nmae": 1,\n  "condition": 1, "tasks": "x"}' })
    expect(
      err,
    ).toBe(`w.json:1:15: warning: "nmae" is not a known field and is not stored; did you mean "name"?
  1 | {"name": "x", "nmae": 1,
    |               ^^^^^^
  expected: ${err.split('expected: ')[1]?.split('\n')[0]}
  UNKNOWN_FIELD at nmae (unknown-field)

w.json:2:16: warning: the condition of the workflow gives a number, a text, an array or null, so it is never exactly true
  2 |   "condition": 1, "tasks": "x"}
    |                ^
  expected: a comparison, or {"!!": ...} around the expression to ask whether there is something
  NEVER_TRUE at condition (never-true)

w.json:2:28: error: Tasks must be a non-empty array
  2 |   "condition": 1, "tasks": "x"}
    |                            ^^^
  expected: a non-empty array
  TYPE_MISMATCH at tasks (type-mismatch)

1 error, 2 warnings
`)
  })

  test('tabs stay tabs, so that the caret stands where it should', async () => {
    const { err } = await lint({ 'w.json': `{"tasks": [],\n\t\t"nmae": 1, "name": "x"}` })
    expect(err).toContain('  2 | \t\t"nmae": 1, "name": "x"}\n    | \t\t^^^^^^\n')
  })

  test('of a very long line the part around the place is shown', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(5000), ...JSON.parse(wrong) })
    const { err } = await lint({ 'w.json': long })
    const lines = err.split('\n')
    const at = lines.findIndex(line => line.includes("Unknown function 'pars_json'"))
    const [line = '', caret = ''] = lines.slice(at + 1)
    expect(line.length).toBeLessThan(120)
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"pars_json"')
  })

  test('nothing in a file reaches the terminal as a command', async () => {
    const { err } = await lint({
      'w.json': `{"\\u001b[31m\\u0007": 1, "tasks": "${String.fromCodePoint(0x9b)}1m"}`,
    })
    expect(err).toContain('\\u001b[31m\\u0007')
    expect([...err].filter(character => /\p{Cc}/u.test(character) && character !== '\n')).toEqual([])
  })

  test('findings come in the order of the file, files in the order given', async () => {
    const { err } = await lint({ 'b.json': `{"zz": 1, "tasks": [], "yy": 2}`, 'a.json': '[' })
    expect(
      err
        .split('\n')
        .filter(line => /^[ab]\.json/.test(line))
        .map(line => line.split(' ')[0]),
    ).toEqual(['b.json:1:1:', 'b.json:1:2:', 'b.json:1:20:', 'b.json:1:24:', 'a.json:1:2:'])
    expect(err).toEndWith('\n3 errors, 2 warnings\n')
  })
})

test('as JSON, everything stands in one object on standard output', async () => {
  const { out, err } = await lint({ 'w.json': doubtful, 'x.json': wrong }, '--format', 'json')
  expect(err).toBe('')
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    errors: 1,
    warnings: 1,
    findings: [
      {
        file: 'w.json',
        line: 4,
        column: 110,
        severity: 'warning',
        rule: 'target-from-data',
        code: 'TARGET_FROM_DATA',
        path: 'tasks[0].function.input.target',
        message: 'the target counts from data already, so this writes "data.data.order"',
        expected: '"order"',
        suggestion: 'order',
      },
      { file: 'x.json', severity: 'error', rule: 'unknown-function', suggestion: 'parse_json' },
    ],
  })
})

describe('a text that is no JSON', () => {
  test.each([
    [
      '{"name": "x",\n  "tasks": [}',
      2,
      13,
      'INVALID_JSON',
      'unexpected "}" at line 2, column 13; expected a value',
    ],
    ['', 1, 1, 'INVALID_JSON', 'the text ends at line 1, column 1; expected a value'],
    [
      `{"a": 1,}`,
      1,
      9,
      'INVALID_JSON',
      'unexpected "}" at line 1, column 9; expected a key in double quotes',
    ],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 1, 1, 'INVALID_JSON', 'it nests deeper than 127 levels'],
    [
      '{"tasks": [],\n "n": 1e999}',
      2,
      7,
      'NUMBER_OUT_OF_RANGE',
      'this number is beyond the range of numbers; send it as a string',
    ],
  ])('%j is told with its place', async (text, line, column, code, message) => {
    expect(await found({ 'w.json': text })).toMatchObject([
      { line, column, code, message, severity: 'error' },
    ])
  })
})

describe('what a file holds', () => {
  test.each<[string, Json]>([
    ['one definition', JSON.parse(sound)],
    ['an array', [JSON.parse(sound), JSON.parse(connector)]],
    ['an export', { data: [JSON.parse(sound)], total: 1 }],
    ['nothing', []],
    [
      'a channel',
      {
        name: 'c',
        channel_type: 'sync',
        protocol: 'rest',
        methods: ['POST'],
        route_pattern: '/c',
        workflow_id: 'w',
      },
    ],
  ])('%s', async (_, value) => {
    expect(await found({ 'f.json': JSON.stringify(value) })).toEqual([])
  })

  test('is told with its path in the file', async () => {
    expect(await found({ 'f.json': `[${sound}, ${wrong}]` })).toMatchObject([
      { path: '[1].tasks[0].function.name', line: 10 },
    ])
    expect(await found({ 'f.json': `{"data": [${wrong}]}` })).toMatchObject([
      { path: 'data[0].tasks[0].function.name' },
    ])
  })

  test.each<[string, string]>([
    ['{"name": "x"}', ''],
    ['7', ''],
    ['[{"tasks": []}, null]', '[1]'],
    ['{"data": {}}', ''],
  ])('is neither workflow nor channel nor connector: %s', async (text, path) => {
    const unknown = (await found({ 'f.json': text })).filter(({ rule }) => rule === 'unknown-kind')
    expect(unknown).toMatchObject([{ path, code: 'UNKNOWN_KIND', severity: 'error' }])
  })

  test('channels and connectors are checked as the server would', async () => {
    const channel =
      '{"name": "c", "channel_type": "sync", "protocol": "rest", "methods": ["PSOT"], "route_pattern": "/c", "extra": 1}'
    const files = { 'c.json': channel, 'k.json': connector.replace('"url"', '"method": "GET", "ulr"') }
    expect((await found(files)).map(({ file, rule, path }) => `${file} ${rule} ${path}`)).toEqual([
      'c.json invalid-enum methods[0]',
      'c.json unknown-field extra',
      'k.json required config.url',
      'k.json unused-key config.method',
      'k.json unknown-key config.ulr',
    ])
  })
})

test('connectors that one file declares are known in the others', async () => {
  const calling = (name: string) =>
    sound
      .replace('parse_json', 'http_call')
      .replace('"source": "payload", "target": "order"', `"connector": "${name}"`)
  const unknown = async (files: Record<string, string>) =>
    (await found(files))
      .filter(({ rule }) => rule === 'unknown-connector')
      .map(({ suggestion }) => suggestion)
  expect(await unknown({ 'w.json': calling('cmr') })).toEqual([])
  expect(await unknown({ 'w.json': calling('cmr'), 'k.json': connector })).toEqual(['crm'])
  expect(await unknown({ 'w.json': calling('crm'), 'k.json': connector })).toEqual([])
  const off = connector.replace('"name"', '"enabled": false, "name"')
  expect(await unknown({ 'w.json': calling('crm'), 'k.json': off })).toEqual([undefined])
})

describe('workflows that one file declares are known in the others', () => {
  const channel = `{
  "name": "g", "channel_type": "sync", "protocol": "rest", "methods": ["GET"], "route_pattern": "/g",
  "workflow_id": "g",
  "config": {"cache": {"enabled": true}}
}`
  const reading = (header: string, fields: JsonObject = {}) =>
    JSON.stringify({
      ...fields,
      workflow_id: 'g',
      name: 'G',
      tasks: [
        {
          id: 'a',
          name: 'A',
          function: {
            name: 'map',
            input: { mappings: [{ path: 'data.a', logic: { var: `metadata.headers.${header}` } }] },
          },
        },
      ],
    })

  test('so that the key of a cache can be judged', async () => {
    expect(await found({ 'c.json': channel })).toEqual([])
    expect(await found({ 'c.json': channel, 'w.json': reading('accept-language') })).toMatchObject([
      { file: 'c.json', rule: 'cache-misses-read', path: 'config.cache', line: 4, column: 23 },
    ])
    const other = reading('accept-language').replace('"workflow_id":"g"', '"workflow_id":"h"')
    expect(await found({ 'c.json': channel, 'w.json': other })).toEqual([])
  })

  test('of an export the active version, else the newest', async () => {
    const missed = async (...versions: string[]) => {
      const [finding] = await found({ 'c.json': channel, 'e.json': `{"data": [${versions.join()}]}` })
      return /header "(.*?)"/.exec(String(finding?.message))?.[1]
    }
    const v = (version: number, status: string) => reading(`x-${version}`, { version, status })
    expect(await missed(v(3, 'draft'), v(1, 'archived'), v(2, 'active'))).toBe('x-2')
    expect(await missed(v(2, 'active'), v(4, 'active'), v(9, 'draft'))).toBe('x-4')
    expect(await missed(v(1, 'archived'), v(3, 'draft'), v(2, 'archived'))).toBe('x-3')
  })
})

describe('a line that is quoted shows no secret', () => {
  const quoted = async (config: JsonObject, fields: JsonObject = {}) => {
    const channel = {
      name: 'c',
      channel_type: 'sync',
      protocol: 'rest',
      methods: ['POST'],
      route_pattern: '/c',
    }
    const { err } = await lint({ 'c.json': JSON.stringify([{ ...channel, config, ...fields }]) })
    return err
  }

  test.each<[string, JsonObject]>([
    ['a key', { mode: 'api_key', keys: ['häunter2'] }],
    ['a shared secret', { mode: 'hmac', secret: 'häunter2', header: 'X-Sig' }],
    [
      'a key of a token',
      { mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key: 'häunter2' }] },
    ],
    ['a secret under a wrong name', { mode: 'hmac', secrte: ['häunter2'] }],
  ])('%s of a channel', async (_, auth) => {
    const err = await quoted({ auth, validation_logic: { '!!': { var: 'body' } } })
    expect(err).not.toContain('unter2')
    expect(err).toContain('********')
    // The caret still stands under what is meant.
    const lines = err.split('\n')
    const at = lines.findIndex(line => line.includes('"body" is always null'))
    const [line = '', caret = ''] = lines.slice(at + 1)
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"body"')
  })

  test('what is no secret is shown', async () => {
    const err = await quoted({ auth: { mode: 'hmac', secret: 'häunter2', header: 'X-Signature' } })
    expect(err).toContain('"header":"X-Signature"')
  })

  test.each<[JsonObject]>([
    [{ url: 'https://a:hunter2@x.example' }],
    [{ url: 'https://x.example', auth: { type: 'bearer', token: 'hunter2' } }],
  ])('of a connector: %j', async config => {
    const { err } = await lint({ 'k.json': JSON.stringify({ connector_type: 'http', config, nmae: 1 }) })
    expect(err).toMatch(/\| .*\*\*\*\*\*.*"nmae"/)
    expect(err).not.toContain('hunter2')
  })
})

test('the rate of a channel is compared with that of the configuration that is named', async () => {
  const channel = {
    name: 'c',
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/c',
    config: { rate_limit: { requests_per_second: 5000 } },
  }
  const files = { 'c.json': JSON.stringify(channel), 'orion.toml': '[rate_limit]\nenabled = true\n' }
  const told = async (...argv: string[]) =>
    (await run(['lint', ...argv, '--format', 'json', 'c.json'], { files })).out
  expect(await told()).not.toContain('rate-above-platform')
  expect(await told('-c', 'orion.toml')).toContain('rate-above-platform')
})

test('channels that files declare are known to the tasks that call them', async () => {
  const calls = (workflow_id: string, channel: string) =>
    JSON.stringify({
      workflow_id,
      name: workflow_id,
      tasks: [
        { id: 'c', name: 'C', function: { name: 'channel_call', input: { channel, output: 'data.out' } } },
      ],
    })
  const running = (name: string, status: string) =>
    JSON.stringify({
      ...{ name, status, channel_type: 'sync', protocol: 'rest', methods: ['POST'] },
      ...{ route_pattern: `/${name}`, workflow_id: name },
    })
  const rules = async (files: Record<string, string>) => (await found(files)).map(({ rule }) => rule)
  const a = calls('a', 'b')
  expect(await rules({ a })).toEqual([])
  const channels = { 'a.channel': running('a', 'active'), 'b.channel': running('b', 'active') }
  expect(await rules({ a, ...channels })).toEqual([])
  expect(await rules({ a, ...channels, 'b.channel': running('b', 'archived') })).toEqual(['unknown-channel'])
  expect(await rules({ a, ...channels, b: calls('b', 'a') })).toEqual(['call-cycle', 'call-cycle'])
})
