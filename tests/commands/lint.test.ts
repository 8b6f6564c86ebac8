import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { runCommand } from '../harness/binary.ts'
import { channel, tiersWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'

async function lint(files: Record<string, unknown>, ...flags: string[]) {
  await using folder = await tempFolder()
  for (const [name, content] of Object.entries(files)) {
    await Bun.write(
      join(folder.path, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    )
  }
  const result = await runCommand(['lint', ...flags, ...Object.keys(files)], { folder: folder.path })
  const left = await Array.fromAsync(new Bun.Glob('**').scan({ cwd: folder.path, dot: true }))
  return { ...result, left: left.sort() }
}

describe('orion-server lint', () => {
  test('says that sound files are valid, and writes nothing', async () => {
    const files = { 'orders.json': tiersWorkflow('orders'), 'channel.json': channel('orders') }
    expect(await lint(files, '--strict')).toEqual({
      code: 0,
      stdout: 'orders.json is valid\nchannel.json is valid\n',
      stderr: '',
      left: ['channel.json', 'orders.json'],
    })
  })

  test('warns with 0, or with 1 when it is strict', async () => {
    const files = { 'w.json': { ...tiersWorkflow('w'), condition: { equal: [1, 1] } } }
    const { code, stdout, stderr } = await lint(files)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'w.json is valid, with 1 warning\n' })
    expect(stderr).toMatch(/^w\.json:\d+:5: warning: "equal" is no operator, .*did you mean "=="\?\n/)
    expect(await lint(files, '--strict')).toMatchObject({ code: 1, stdout: '' })
  })

  test('refuses with 1, as JSON for programs', async () => {
    const files = { 'a.json': '{"tasks": ', 'b.json': tiersWorkflow('b') }
    const { code, stdout, stderr } = await lint(files, '--format', 'json')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      errors: 1,
      warnings: 0,
      findings: [{ file: 'a.json', line: 1, column: 11, code: 'INVALID_JSON', rule: 'invalid-json' }],
    })
  })

  test('wants to be used right', async () => {
    expect(await lint({})).toMatchObject({ code: 2, stdout: '' })
    expect(await lint({ 'w.json': '{}' }, '--format', 'yaml')).toMatchObject({ code: 2, stdout: '' })
  })

  test('has nothing to say of the examples', async () => {
    const examples = [...new Bun.Glob('examples/*/*.json').scanSync({ cwd: ROOT })].sort()
    const { code, stderr } = await runCommand(['lint', '--strict', ...examples], { folder: ROOT })
    expect({ code, stderr, some: examples.length > 0 }).toEqual({ code: 0, stderr: '', some: true })
  })
})
