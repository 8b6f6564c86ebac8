import { describe, expect, test } from 'bun:test'
import { parse } from 'smol-toml'
import { tomlPositions } from './toml-positions.ts'

/** `line:column` of the value, and of the key where `part` says so. */
function at(toml: string, path: string, part: 'key' | 'value' = 'value'): string | undefined {
  parse(toml)
  const position = tomlPositions(toml)(path, part)
  return position && `${position.line}:${position.column}`
}

describe('positions', () => {
  test.each([
    ['a = 1', 'a', '1:5'],
    ['# a = 0\n\n  a   =   1', 'a', '3:11'],
    ['a = 1\r\nb = 2\r\n', 'b', '2:5'],
    ['[s]\nk = 1', 's.k', '2:5'],
    ['[s]\nk = 1', 's', '1:1'],
    ['[ s . t ]\nk = 1', 's.t.k', '2:5'],
    ['[s.t]\n[s]\nk = 1', 's.k', '3:5'],
    ['s.t.k = 1', 's.t.k', '1:9'],
    ['s.t.k = 1', 's.t', '1:9'],
    ['["s"]\n\'k\' = 1', 's.k', '2:7'],
    ['"k\\u0041" = 1', 'kA', '1:13'],
    ['s = { k = 1, t = { u = 2 } }', 's.k', '1:11'],
    ['s = { k = 1, t = { u = 2 } }', 's.t.u', '1:24'],
    ['s = { k.l = 1 }', 's.k.l', '1:13'],
    ['a = [1, 2, 3]', 'a[2]', '1:12'],
    ['a = [\n  1, # one\n  # two\n  2,\n]\nb = 3', 'a[1]', '4:3'],
    ['a = [\n  1, # one\n  # two\n  2,\n]\nb = 3', 'b', '6:5'],
    ['a = [[1], [2, 3]]', 'a[1][1]', '1:15'],
    ['a = [{ k = 1 }, { k = 2 }]', 'a[1].k', '1:23'],
    ['[[t]]\nk = 1\n[[t]]\nk = 2', 't[0].k', '2:5'],
    ['[[t]]\nk = 1\n[[t]]\nk = 2', 't[1].k', '4:5'],
    ['[[t]]\nk = 1\n[[t]]\nk = 2', 't[1]', '3:1'],
    ['[[t]]\n[t.u]\nk = 1\n[[t]]\n[t.u]\nk = 2', 't[1].u.k', '6:5'],
    ['[[t]]\n[[t.v]]\n[[t.v]]\nk = 1', 't[0].v[1].k', '4:5'],
    ['a = "x # ] } , \\" = "\nb = 1', 'b', '2:5'],
    ["a = 'x \\'\nb = 1", 'b', '2:5'],
    ['a = """\nb = 2\n\\"""\n"" """\nb = 1', 'b', '5:5'],
    ['a = """x"""""\nb = 1', 'b', '2:5'],
    ["a = '''\nb = 2\n'''\nb = 1", 'b', '4:5'],
    ['a = [1979-05-27 07:32:00Z, 2]\nb = inf', 'a[1]', '1:28'],
    ['a = -1_000.5e3 # x\nb = 0x1F', 'b', '2:5'],
    ['a = true # = [\nb = 1', 'b', '2:5'],
  ])('%j: %s is at %s', (toml, path, position) => {
    expect(at(toml, path)).toBe(position)
  })

  test('the name of a key has a place of its own', () => {
    expect(at('[s]\n  prot = 1', 's.prot', 'key')).toBe('2:3')
    expect(at('s = { a = 1, prot = 2 }', 's.prot', 'key')).toBe('1:14')
    expect(at('a = 1', 'b')).toBeUndefined()
  })

  test.each([
    'a',
    'a =',
    '[',
    '[[a',
    'a = [',
    'a = {',
    'a = {b',
    '= 1',
    ']',
    '"',
    'a = "',
    '[a]\n.\n',
    'a = [,]',
  ])('a text that is no TOML ends the walk: %j', toml => {
    expect(tomlPositions(toml)('zzz', 'key')).toBeUndefined()
  })
})
