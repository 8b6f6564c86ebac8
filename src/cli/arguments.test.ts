import { describe, expect, test } from 'bun:test'
import { readArguments } from './arguments.ts'
import { COMMANDS } from './commands.ts'

const read = (line: string) =>
  readArguments(
    line.split(' ').filter(word => word !== ''),
    COMMANDS,
  )

describe('a command line', () => {
  test.each([
    ['', 'serve', undefined, []],
    ['serve', 'serve', undefined, []],
    ['-c a.toml', 'serve', 'a.toml', []],
    ['--config a.toml', 'serve', 'a.toml', []],
    ['--config=a.toml', 'serve', 'a.toml', []],
    ['-c=a.toml', 'serve', 'a.toml', []],
    ['-ca.toml', 'serve', 'a.toml', []],
    ['-c -', 'serve', '-', []],
    ['-c a.toml validate-config', 'validate-config', 'a.toml', []],
    ['validate-config -c a.toml', 'validate-config', 'a.toml', []],
    ['migrate --dry-run', 'migrate', undefined, ['--dry-run']],
    ['--dry-run migrate --config a.toml --exit-code', 'migrate', 'a.toml', ['--dry-run', '--exit-code']],
    ['migrate --dry-run --dry-run', 'migrate', undefined, ['--dry-run']],
  ])('"%s" runs %s', (line, name, configPath, flags) => {
    const request = read(line)
    expect(request).toMatchObject({ kind: 'run', command: { name }, invocation: { configPath } })
    expect(request.kind === 'run' && [...request.invocation.flags]).toEqual(flags)
  })

  test.each([
    ['--help', undefined],
    ['-h', undefined],
    ['help', undefined],
    ['-c a.toml help', undefined],
    ['help migrate', 'migrate'],
    ['migrate --help', 'migrate'],
    ['migrate -h --nonsense', 'migrate'],
  ])('"%s" is help', (line, name) => {
    const request = read(line)
    expect(request.kind === 'help' && request.command?.name).toBe(name)
  })

  test.each([
    ['dry-run -w a.json -i b.json', { '--workflow': 'a.json', '--input': 'b.json' }, []],
    ['dry-run --workflow=a.json --input=b=c', { '--workflow': 'a.json', '--input': 'b=c' }, []],
    ['-w=a.json dry-run -i - --explain', { '--workflow': 'a.json', '--input': '-' }, ['--explain']],
    ['dry-run -i b -w a --format text', { '--workflow': 'a', '--input': 'b', '--format': 'text' }, []],
  ])('"%s" gives values to options', (line, values, flags) => {
    const request = read(line)
    if (request.kind !== 'run') throw new Error(`"${line}" is ${request.kind}`)
    expect(Object.fromEntries(request.invocation.values)).toEqual(values)
    expect([...request.invocation.flags]).toEqual(flags)
  })

  test('what is no option of a command that takes files is a file', () => {
    const request = read('lint a.json --strict b.json -')
    expect(request).toMatchObject({ kind: 'run', invocation: { operands: ['a.json', 'b.json', '-'] } })
  })

  test('the version is short or long', () => {
    expect(read('-V')).toEqual({ kind: 'version', long: false })
    expect(read('serve --version')).toEqual({ kind: 'version', long: true })
  })
})

describe('wrong usage', () => {
  test.each([
    ['migrat', 'unknown command "migrat"; did you mean "migrate"?'],
    ['help migrat', 'unknown command "migrat"; did you mean "migrate"?'],
    ['zzzzzzzz', 'unknown command "zzzzzzzz"; known are serve, validate-config, '],
    ['-', 'unknown command "-"'],
    ['--confg a.toml', 'unknown option "--confg" of "serve"; did you mean "--config"?'],
    ['migrate --dryrun', 'unknown option "--dryrun" of "migrate"; did you mean "--dry-run"?'],
    ['serve --dry-run', 'unknown option "--dry-run" of "serve"'],
    ['migrate --dry-run=yes', 'unknown option "--dry-run=yes" of "migrate"'],
    ['-x', 'unknown option "-x" of "serve"'],
    ['--', 'unknown option "--" of "serve"'],
    ['serve migrate', 'unexpected argument "migrate" after the command "serve"'],
    ['-c', '"-c" needs the path of a file'],
    ['--config=', '"--config=" needs the path of a file'],
    ['-c a -c b', '-c is given twice'],
    ['dry-run -i b', '"dry-run" needs -w, --workflow FILE'],
    ['dry-run -w a -i', '"-i" needs a value: -i, --input FILE'],
    ['dry-run -w a -i=', '"-i" needs a value'],
    ['dry-run -w a -w b -i c', '"--workflow" is given twice'],
    ['dry-run -w a -i b --format xml', '"xml" is no value of "--format"; it must be json or text'],
    ['migrate -w a', 'unknown option "--workflow" of "migrate"'],
    ['lint', '"lint" needs DIR|FILE...'],
    ['lint --strict=yes a', 'unknown option "--strict=yes" of "lint"'],
    ['migrate --exit-code', '"--exit-code" makes sense with "--dry-run" only'],
  ])('"%s"', (line, reason) => {
    const request = read(line)
    expect(request.kind).toBe('misused')
    expect(request.kind === 'misused' && request.reason).toStartWith(reason)
  })
})
