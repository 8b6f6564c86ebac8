import { describe, expect, test } from 'bun:test'
import { usage } from './arguments.ts'
import { COMMANDS } from './commands.ts'
import { run } from './test-terminal.ts'

const NOTE = 'Note: no config file specified (-c <path>). Using defaults + ORION_* env overrides.\n'

describe('help', () => {
  test('has every command with one example, and goes to standard output', async () => {
    const { code, out, err } = await run(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary, example } of COMMANDS) {
      expect(out).toContain(`  ${name.padEnd(17)} ${summary}\n`)
      expect(out).toContain(`\n                      ${example}\n`)
    }
    expect(await run(['-h'])).toMatchObject({ out })
    expect(await run(['help'])).toMatchObject({ out })
  })

  test.each(COMMANDS.map(({ name }) => name))('of %s has its options and its example', async name => {
    const { code, out } = await run(['help', name])
    const command = COMMANDS.find(known => known.name === name)
    expect(code).toBe(0)
    expect(out).toContain(command?.example ?? '-')
    for (const flag of command?.flags ?? []) expect(out).toContain(`  ${usage(flag)} `)
    expect(await run([name, '--help'])).toMatchObject({ out })
  })

  test('fits a terminal', async () => {
    for (const argv of [['help'], ...COMMANDS.map(({ name }) => ['help', name])]) {
      const { out } = await run(argv)
      expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(115)
    }
  })
})

test('the version is short with -V, and has commit and time with --version', async () => {
  expect(await run(['-V'])).toMatchObject({ code: 0, out: 'orion-server 1.2.3\n', err: '' })
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    out: 'orion-server 1.2.3\ngit hash:  abcdef0\nbuilt:     2026-11-20T10:00:00.000Z\n',
  })
})

test('wrong usage is exit code 2, with where to read on', async () => {
  expect(await run(['migrat'])).toMatchObject({
    code: 2,
    out: '',
    err: 'Error: unknown command "migrat"; did you mean "migrate"?\n\norion-server --help tells what there is.\n',
  })
  expect((await run(['migrate', '--dry'])).err).toEndWith(
    '\norion-server help migrate tells what there is.\n',
  )
})

describe('validate-config', () => {
  test('shows what holds', async () => {
    const { code, out, err } = await run(['-c', 'orion.toml', 'validate-config'], {
      files: {
        'orion.toml': 'environment = "prod-eu"\n[admin_auth]\nenabled = true\napi_key = "hunter2hunter2"\n',
      },
      env: { ORION_SERVER__PORT: '9000', ORION_CORS__ALLOWED_ORIGINS: '' },
    })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`Configuration is valid.

  environment:     prod-eu
  server:          0.0.0.0:9000
  tls:             disabled
  storage:         sqlite:orion.db
  logging:         level=info, format=pretty
  admin_auth:      enabled
  cors:            
  rate_limiting:   disabled
  queue:           workers=4, buffer=1000
  metrics:         disabled
  tracing:         disabled
  kafka:           disabled
  features:        db-sqlite, swagger-ui
`)
  })

  test('notes that there is no file, and warns', async () => {
    const { code, err } = await run(['validate-config'])
    expect(code).toBe(0)
    expect(err).toStartWith(`${NOTE}Warning: admin_auth.enabled is false`)
  })

  test('shows no credential', async () => {
    const env = {
      ORION_STORAGE__URL: 'sqlite://me:hunter2@host/x.db?key=hunter2',
      ORION_ADMIN_AUTH__API_KEY: 'hunter2',
    }
    const { code, out, err } = await run(['validate-config'], { env })
    expect(code).toBe(0)
    expect(out).toContain('  storage:         sqlite://***@host/x.db?key=***\n')
    expect(out + err).not.toContain('hunter2')
  })

  test('one mistake is told on one line', async () => {
    const files = { 'orion.toml': '[server]\nprot = 1\n' }
    expect(await run(['validate-config', '-c', 'orion.toml'], { files })).toMatchObject({
      code: 1,
      out: '',
      err: 'Error: Configuration error: orion.toml:2:1: unknown key "prot" in [server]; did you mean "port"?\n',
    })
  })

  test('several mistakes are told below each other', async () => {
    const files = { 'orion.toml': '[server]\nprot = 1\nport = 0\n' }
    const { code, err } = await run(['validate-config', '-c', 'orion.toml'], {
      files,
      env: { ORION_QUEUE__WORKERS: 'x' },
    })
    expect(code).toBe(1)
    expect(err.split('\n').map(line => line.slice(0, 24))).toEqual([
      'Error: Configuration err',
      '  orion.toml:2:1: unknow',
      '  orion.toml:3:8: server',
      '  ORION_QUEUE__WORKERS: ',
      '',
    ])
  })

  test('a file that cannot be read is told with its cause', async () => {
    expect(await run(['validate-config', '-c', 'none.toml'])).toMatchObject({
      code: 1,
      err: "Error: Configuration error: Failed to read config file 'none.toml'\n  Caused by: ENOENT: no such file: none.toml\n",
    })
  })
})
