import { describe, expect, test } from 'bun:test'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { runCommand } from '../harness/binary.ts'
import { tempFolder } from '../harness/temp-folder.ts'

type Files = Readonly<Record<string, unknown>>

/** Runs `test` in a folder with these files; what is not text is written as JSON, and `{link}` is a symbolic link. */
async function cases(files: Files, ...argv: string[]) {
  await using folder = await tempFolder()
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder.path, name)
    await mkdir(dirname(path), { recursive: true })
    if (typeof content === 'object' && content !== null && 'link' in content) {
      await symlink(String(content.link), path)
    } else {
      await Bun.write(path, isRaw(content) ? content : JSON.stringify(content, null, 2))
    }
  }
  const result = await runCommand(['test', ...argv], { folder: folder.path })
  const left = await Array.fromAsync(new Bun.Glob('**/*').scan({ cwd: folder.path, dot: true }))
  return { ...result, left: left.sort() }
}

function isRaw(content: unknown): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array
}

function map(id: string, path: string, logic: unknown, more: object = {}) {
  return { id, name: id, function: { name: 'map', input: { mappings: [{ path, logic }] } }, ...more }
}

const parse = {
  id: 'parse',
  name: 'Parse',
  function: { name: 'parse_json', input: { source: 'payload', target: 'in' } },
}
const stages = {
  workflow_id: 'stages',
  name: 'Stages',
  condition: { '!=': [{ var: 'metadata.off' }, true] },
  loop: {
    max: 10,
    over: { var: 'data.in.items' },
    as: 'item',
    counter: 'i',
    setup: [parse],
  },
  tasks: [
    {
      id: 'big',
      condition: { '>': [{ var: 'temp_data.item' }, 10] },
      terminal: true,
      tasks: [map('stop', 'data.stopped', { var: 'temp_data.i' })],
    },
    map('count', 'data.sum', { '+': [{ var: 'data.sum' }, { var: 'temp_data.item' }] }),
    map('odd', 'data.odd', true, { condition: { '==': [{ '%': [{ var: 'temp_data.item' }, 2] }, 1] } }),
  ],
}
const whole = [
  {
    name: 'items are added up to the first big one',
    workflow: 'stages',
    input: { items: [1, 2, 11, 4] },
    expect: { 'data.sum': 3, 'data.stopped': 2, 'data.odd': true, 'audit_trail[1].loop_counter': 0 },
    expect_tasks: ['parse', 'count', 'odd', 'count', 'stop'],
  },
  { name: 'no items give no sum', workflow: 'stages', input: { items: [] }, expect_tasks: ['parse'] },
  { name: 'it can be turned off', workflow: 'stages', metadata: { off: true }, expect: { data: {} } },
]

describe('orion-server test', () => {
  test('runs the example of the documentation, and prints what it shows', async () => {
    const document = await Bun.file(join(ROOT, 'docs/case-tests.md')).text()
    const blocks = [...document.matchAll(/^```json file=(\S+)\n(.*?)^```$/gms)]
    const files = Object.fromEntries(blocks.map(([, name = '', text = '']) => [name, text]))
    const [, output] = /^```text output="test shop"\n(.*?)^```$/ms.exec(document) ?? []
    const result = await cases(files, 'shop')
    expect(result).toEqual({ code: 1, stdout: output ?? '', stderr: '', left: Object.keys(files).sort() })
  })

  test('covers groups, terminal steps and loops exactly', async () => {
    const files = { 'd/workflows/stages.json': stages, 'd/stages.case.json': whole }
    expect(await cases(files, 'd', '--min-coverage', '100')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('stages                           4/4 (100 %)        8/8 (100 %)'),
    })
    const { code, stdout } = await cases({ ...files, 'd/stages.case.json': whole[1] }, 'd', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).coverage.workflows).toEqual([
      {
        workflow_id: 'stages',
        cases: 1,
        tasks: { covered: 1, total: 4, percent: 25, missing: ['stop', 'count', 'odd'] },
        branches: {
          covered: 2,
          total: 8,
          percent: 25,
          missing: [
            'condition never was false',
            'tasks[0].condition of "big" never was true',
            'tasks[0].condition of "big" never was false',
            'tasks[2].condition of "odd" never was true',
            'tasks[2].condition of "odd" never was false',
            'loop.over never had elements',
          ],
        },
      },
    ])
  })

  test('tells a wrong file with its place, runs the others, and exits with 1', async () => {
    const files = {
      'd/workflows/stages.json': stages,
      'd/a.case.json': whole,
      'd/b.case.json': '{\n  "name": "b",\n  "workflow": "stage"\n}',
      'd/c.case.json': '{\n  "name": "c",,\n}',
    }
    const { code, stdout, stderr } = await cases(files, 'd')
    expect(code).toBe(1)
    expect(stdout).toContain('3 passed')
    expect(stderr).toContain(
      'd/b.case.json:3:15: error: no file in d/workflows declares the workflow "stage"',
    )
    expect(stderr).toContain('  3 |   "workflow": "stage"\n    |               ^^^^^^^')
    expect(stderr).toContain('d/c.case.json:2:15: error: unexpected ","')
  })

  test('reads nothing outside of the folder, also through links', async () => {
    const secret = '{"cache_invalidate": 1}'
    const one = { name: 'x', workflow: 'stages', input: { items: [] } }
    const files = {
      'secret.json': secret,
      'd/workflows/stages.json': stages,
      'd/linked.json': { link: '../secret.json' },
      'd/linked.case.json': { link: '../secret.json' },
      'd/a.case.json': { ...one, stubs_file: 'linked.json' },
      'd/b.case.json': { ...one, stubs_file: '../secret.json' },
    }
    const { code, stderr } = await cases(files, 'd')
    expect(code).toBe(1)
    expect(stderr).toContain('"linked.json" is not read: this is a link that leads out of the folder')
    expect(stderr).toContain('"../secret.json" leads out of the folder')
    expect(stderr).toContain('d/linked.case.json:1:1: error: this is a link that leads out of the folder')
    expect(stderr).not.toContain('cache_invalidate')
  })

  test.each<[string, string | Uint8Array, string]>([
    ['is nested without end', '['.repeat(1_000_000), 'it nests deeper than 127 levels'],
    ['is too long', `["${'x'.repeat(5_000_000)}"]`, 'the file is 5000004 bytes long'],
    [
      'has a million cases that are none',
      `[${'1,'.repeat(1_000_000)}1]`,
      'the cases behind this one are not read',
    ],
    ['is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'd/b.case.json:1:2: error: cannot read the file'],
    [
      'sets a prototype',
      '{"__proto__": {"name": "x", "workflow": "stages"}}',
      '"__proto__" is not a known key',
    ],
  ])('survives a case that %s', async (_, text, message) => {
    const { code, stdout, stderr } = await cases(
      { 'd/workflows/stages.json': stages, 'd/a.case.json': whole, 'd/b.case.json': text },
      'd',
    )
    expect(code).toBe(1)
    expect(stdout).toContain('3 passed')
    expect(stderr).toContain(message)
  })

  test('runs a thousand cases, and says how many there were', async () => {
    const thousand = Array.from({ length: 1000 }, (_, at) => ({
      name: `case ${at}`,
      workflow: 'stages',
      input: { items: [at % 10] },
      expect: { 'data.sum': at % 10 },
    }))
    const files = { 'd/workflows/stages.json': stages, 'd/a.case.json': thousand }
    const { code, stdout } = await cases(files, 'd', '--json')
    expect({ code, passed: JSON.parse(stdout).passed }).toEqual({ code: 0, passed: 1000 })
  })

  test('exits with 2 without a folder', async () => {
    expect(await cases({})).toMatchObject({ code: 2, stdout: '' })
  })
})
