import { describe, expect, test } from 'bun:test'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tempFolder } from '../../tests/harness/temp-folder.ts'
import { readDefinitionFolder } from './definition-folder.ts'
import { readFile, readFolder } from './disk.ts'
import { textReport } from './lint-report.ts'

const WORKFLOW = { workflow_id: 'orders', name: 'Orders', tasks: [] }
const CHANNEL = { channel_id: 'orders', name: 'orders', channel_type: 'sync', protocol: 'rest' }
const CONNECTOR = { name: 'pay/pal', connector_type: 'http', config: { url: 'http://x' } }

type Content = Readonly<Record<string, unknown>>

async function written(content: Content) {
  const folder = await tempFolder()
  for (const [name, value] of Object.entries(content)) {
    const path = join(folder.path, name)
    await mkdir(dirname(path), { recursive: true })
    if (typeof value === 'object' && value !== null && 'link' in value)
      await symlink(String(value.link), path)
    else
      await Bun.write(
        path,
        typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
      )
  }
  return folder
}

/** What the folder holds, with paths from it on. */
async function read(content: Content) {
  await using folder = await written(content)
  const { files, casePaths, problems } = await readDefinitionFolder({ readFile, readFolder }, folder.path)
  const short = (text: string) => text.replaceAll(`${folder.path}/`, '').replaceAll(folder.path, '.')
  return {
    files: files.map(({ path, kind, id }) => `${short(path)} ${kind} ${id}`),
    cases: casePaths.map(short),
    problems: short(textReport(problems, true).stderr),
  }
}

describe('a folder of definitions', () => {
  test('gives what its files declare, by path, and the cases apart', async () => {
    const content = {
      'workflows/orders.json': WORKFLOW,
      'workflows/orders.case.json': 'anything',
      'channels/orders.json': CHANNEL,
      'connectors/pay%2Fpal.json': CONNECTOR,
      'tests/deep/large.case.json': {},
      'README.md': '# Orders',
      'package.json': { name: 'shop', tasks: { build: 'x' } },
      'samples/broken.json': '{',
      'workflows/README.md': 'what is here',
      '.github/workflows/orion.yml': 'on: push',
      'node_modules/x/workflow.json': WORKFLOW,
    }
    expect(await read(content)).toEqual({
      files: [
        'channels/orders.json channel orders',
        'connectors/pay%2Fpal.json connector pay/pal',
        'workflows/orders.json workflow orders',
      ],
      cases: ['tests/deep/large.case.json', 'workflows/orders.case.json'],
      problems: '',
    })
  })

  test.each<[string, Content, string]>([
    [
      'JSON',
      { 'workflows/orders.json': '{\n  "a": 1,\n}' },
      'workflows/orders.json:3:1: error: unexpected "}"',
    ],
    [
      'UTF-8',
      { 'workflows/orders.json': Buffer.from('{\n  "n\xe9": 1}', 'latin1') },
      'workflows/orders.json:2:5: error: cannot read the file: it is not UTF-8\n',
    ],
    [
      'text without a byte order mark',
      { 'workflows/w.json': '\ufeff{}' },
      'workflows/w.json:1:1: error: it begins',
    ],
    [
      'of keys that are there once',
      { 'workflows/orders.json': '{"workflow_id": "orders", "tasks": [],\n "a": {"b": 1, "b": 2}}' },
      'workflows/orders.json:2:16: error: this key is there twice\n  2 |  "a": {"b": 1, "b": 2}}\n    |                ^^^\n',
    ],
    [
      'one object',
      { 'workflows/o.json': [WORKFLOW] },
      'workflows/o.json:1:1: error: this is not one workflow',
    ],
    ['no export', { 'channels/o.json': { data: [] } }, 'channels/o.json:1:1: error: this is not one channel'],
    [
      'named as its file',
      { 'workflows/order.json': WORKFLOW },
      'workflows/order.json:1:16: error: this is "orders", but the file is named for "order"\n',
    ],
    [
      'named at all',
      { 'connectors/shop.json': { connector_type: 'http' } },
      'connectors/shop.json:1:1: error: "name" is missing; the file is named for "shop"',
    ],
    [
      'in the folder of its kind',
      { 'workflows/orders.json': CHANNEL },
      'workflows/orders.json:1:1: error: this is a channel, in a folder of workflows',
    ],
    [
      'in a folder that is looked at',
      { 'workflow/orders.json': WORKFLOW },
      'workflow/orders.json:1:1: error: a workflow is not',
    ],
    [
      'not deeper',
      { 'workflows/shop/orders.json': WORKFLOW },
      'workflows/shop/orders.json:1:1: error: a workflow is not',
    ],
    [
      'not at the top',
      { 'all.json': { data: [CHANNEL] } },
      'all.json:1:1: error: a channel is not looked for here',
    ],
    [
      'a .json file',
      { 'workflows/orders.yaml': 'a: 1' },
      'workflows/orders.yaml:1:1: error: this is no definition',
    ],
    [
      'a file inside',
      { 'workflows/orders.json': { link: '/etc/hostname' } },
      'workflows/orders.json:1:1: error: this is a link',
    ],
    [
      'there',
      { 'workflows/orders.json': { link: 'gone.json' } },
      'workflows/orders.json:1:1: error: this is a link',
    ],
    [
      'of a size',
      { 'workflows/o.json': ' '.repeat(8_388_609) },
      'workflows/o.json:1:1: error: the file is 8388609 bytes long',
    ],
    [
      'told apart by every file system',
      {
        'workflows/a.json': { ...WORKFLOW, workflow_id: 'a' },
        'workflows/A.json': { ...WORKFLOW, workflow_id: 'A' },
      },
      'workflows/a.json:1:1: error: "A.json" beside it has the same name but for upper and lower case',
    ],
    [
      'the only one of its id',
      {
        'workflows/A.json': { ...WORKFLOW, workflow_id: 'A' },
        'workflows/%41.json': { ...WORKFLOW, workflow_id: 'A' },
      },
      'workflows/A.json:1:1: error: "%41.json" beside it declares the same',
    ],
    ['somewhere', { 'README.md': '' }, '.:1:1: error: the folder holds no definitions'],
  ])('a definition is %s', async (_, content, problem) => {
    expect((await read(content)).problems).toStartWith(problem)
  })

  test.each([
    [
      'of a wrong name',
      '{"connector_type": "http", "name": "other", "config": {"auth": {"token": "hunter2"}}}',
    ],
    ['of broken JSON', '{"connector_type": "http", "config": {"auth": {"token": "hunter2" "x": 1}}}'],
    ['of a text without an end', '{"connector_type": "http", "config": {"auth": {"token": "hunter2'],
    [
      'of a key that is there twice',
      '{"connector_type": "http", "name": "s", "config": {"password": "hunter2", "password": "hunter3"}}',
    ],
  ])('the quoted line %s hides secrets', async (_, text) => {
    const { problems } = await read({ 'connectors/s.json': text })
    expect(problems).toContain('"*******')
    expect(problems).not.toContain('hunter')
  })

  test('links that stay inside are followed, and none in circles', async () => {
    const content = {
      '..data/orders.json': WORKFLOW,
      'workflows/orders.json': { link: '../..data/orders.json' },
      'workflows/again': { link: '..' },
    }
    expect(await read(content)).toEqual({
      files: ['workflows/orders.json workflow orders'],
      cases: [],
      problems: '',
    })
  })

  test('that is not there is refused', async () => {
    await expect(readDefinitionFolder({ readFile, readFolder }, '/no/such/folder')).rejects.toThrow(
      'Cannot read the folder "/no/such/folder"',
    )
  })
})
