import { describe, expect, test } from 'bun:test'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../std/clock.ts'
import { openLog } from './open-log.ts'
import { recorded } from './test-telemetry.ts'

const AT = '2026-11-21T06:30:00.000Z'
const request = {
  requestId: 'r-1',
  method: 'POST',
  route: '/api/v1/data/orders/{id}',
  status: 200,
  responseLength: 12,
  durationMs: 0.425,
}

describe('json', () => {
  test('is one object a line', async () => {
    const { telemetry, lines } = recorded()
    telemetry.log.write('warn', 'orion', 'a "quoted"\nline', {
      text: 'é\u2028"',
      n: 1.5,
      yes: true,
      none: null,
    })
    expect(await lines()).toEqual([
      `{"timestamp":"${AT}","level":"WARN","fields":{"message":"a \\"quoted\\"\\nline","text":"é\u2028\\"","n":1.5,"yes":true,"none":null},"target":"orion"}`,
    ])
  })

  test('leaves out what is undefined, and numbers that JSON lacks are null', async () => {
    const { telemetry, objects } = recorded()
    telemetry.log.write('info', 'orion', 'x', { absent: undefined, n: Number.NaN })
    expect(await objects()).toEqual([
      { timestamp: AT, level: 'INFO', fields: { message: 'x', n: null }, target: 'orion' },
    ])
  })

  test('has the access line of the contract', async () => {
    const { telemetry, objects } = recorded()
    telemetry.log.access(request)
    expect(await objects()).toEqual([
      {
        timestamp: AT,
        level: 'INFO',
        fields: {
          message: 'HTTP request',
          request_id: 'r-1',
          'http.method': 'POST',
          'http.route': '/api/v1/data/orders/{id}',
          'http.status_code': 200,
          'http.response_content_length': 12,
          duration_ms: 0.43,
        },
        target: 'orion::http',
      },
    ])
  })

  test('an access line is JSON whatever a caller sends', async () => {
    const { telemetry, objects } = recorded()
    const nasty = '"}\n\u0000\u001b[31m\ud800'
    telemetry.log.access({
      ...request,
      requestId: nasty,
      method: nasty,
      route: nasty,
      responseLength: undefined,
    })
    const [line] = await objects()
    expect(line).toMatchObject({
      fields: { 'http.method': nasty, 'http.route': nasty, 'http.response_content_length': '-' },
    })
  })
})

describe('pretty', () => {
  test('is a line of words without colour when it is not on a terminal', async () => {
    const { telemetry, lines } = recorded('info', 'pretty')
    telemetry.log.write('info', 'orion', 'Orion is ready', {
      address: '0.0.0.0:8080',
      empty: '',
      words: 'a b',
    })
    telemetry.log.write('error', 'orion', 'Failed', { n: 2, absent: undefined })
    telemetry.log.access(request)
    expect(await lines()).toEqual([
      `${AT}  INFO orion: Orion is ready address=0.0.0.0:8080 empty="" words="a b"`,
      `${AT} ERROR orion: Failed n=2`,
      `${AT}  INFO orion::http: HTTP request request_id=r-1 http.method=POST http.route=/api/v1/data/orders/{id} http.status_code=200 http.response_content_length=12 duration_ms=0.43`,
    ])
  })

  test.each([
    'a\nb',
    'a\rb',
    '\u001b[31mred',
    'a\u0085b',
    'a\u2028b',
    '\u202eevil',
    'a"b',
    'a=b',
    'a\u0000',
    '\u{e0041}',
  ])('%j stays on its line and does nothing to a terminal', async text => {
    const { telemetry, lines } = recorded('info', 'pretty')
    telemetry.log.write('info', 'orion', `message ${text}`, { text })
    telemetry.log.access({ ...request, requestId: text, route: text })
    const written = await lines()
    expect(written).toHaveLength(2)
    expect(written.join('')).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    expect(written.map(line => line.split('request_id=')[1] ?? line.split('text=')[1]).join('')).not.toMatch(
      /\p{Cf}/u,
    )
  })
})

test('durations have two decimals', async () => {
  const { telemetry, lines } = recorded()
  for (const durationMs of [0, 0.004, 0.005, 1, 1.1, 59.999, 1234.56])
    telemetry.log.access({ ...request, durationMs })
  const shown = (await lines()).map(line => /"duration_ms":([\d.]+)/.exec(line)?.[1])
  expect(shown).toEqual(['0.00', '0.00', '0.01', '1.00', '1.10', '60.00', '1234.56'])
})

describe('levels', () => {
  test('what is less severe is not written', async () => {
    const { telemetry, objects } = recorded('warn')
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
      telemetry.log.write(level, 'orion', 'x')
    telemetry.log.access(request)
    expect(await objects()).toMatchObject([{ level: 'WARN' }, { level: 'ERROR' }])
    expect(telemetry.log.enabled('info')).toBe(false)
    expect(telemetry.log.enabled('warn')).toBe(true)
  })
})

test('many routes keep their own lines', async () => {
  const { telemetry, lines } = recorded()
  for (let n = 0; n < 20_500; n++)
    telemetry.log.access({ ...request, route: `/r${n}`, status: 200 + (n % 3) })
  const written = await lines()
  expect(written).toHaveLength(20_500)
  expect(written[20_400]).toContain(`"http.route":"/r20400","http.status_code":${200 + (20_400 % 3)},`)
})

describe('a file', () => {
  test('gets every line in order, and nothing when nothing was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orion-log-'))
    const fd = openSync(join(folder, 'log'), 'w')
    const log = openLog({ level: 'info', format: 'json', to: fd, clock: systemClock })
    await log.flush()
    for (let n = 0; n < 3000; n++) {
      log.write('info', 'orion', 'é'.repeat(n % 7), { n })
      if (n % 500 === 0) await log.flush()
    }
    await log.flush()
    const lines = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line).fields.n)).toEqual(Array.from({ length: 3000 }, (_, n) => n))
    closeSync(fd)
    log.write('info', 'orion', 'into a closed file')
    await log.flush()
    await rm(folder, { recursive: true })
  })
})

/** Runs a program whose log goes to a pipe; answers what came out and its exit code. */
async function piped(reader: string): Promise<{ out: string; code: number }> {
  const program = `
    import { openLog } from '${import.meta.dir}/open-log.ts'
    const log = openLog({ level: 'info', format: 'json', to: 1, clock: { now: () => 0 } })
    for (let turn = 0; turn < 20; turn++) {
      for (let n = 0; n < 500; n++) log.write('info', 'orion', 'x'.repeat(100), { turn, n })
      await new Promise(resolve => setImmediate(resolve))
    }
    await log.flush()
    process.exit(7)`
  const child = Bun.spawn(
    ['bash', '-c', `"$0" -e "$1" | ${reader}; exit \${PIPESTATUS[0]}`, process.execPath, program],
    {
      stdout: 'pipe',
    },
  )
  const [out, code] = await Promise.all([new Response(child.stdout).text(), child.exited])
  return { out, code }
}

describe('a pipe', () => {
  test('gets every line', async () => {
    expect(await piped('wc -l')).toEqual({ out: '10000\n', code: 7 })
  })

  test('that nobody reads any more does not stop the program', async () => {
    const { out, code } = await piped('head -n 1')
    expect(code).toBe(7)
    expect(out.split('\n')).toHaveLength(2)
  })
})
