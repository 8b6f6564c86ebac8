import { describe, expect, test } from 'bun:test'
import { run } from './test-terminal.ts'

const log = { id: 'n', name: 'N', function: { name: 'log', input: { message: 'x' } } }
const workflow = (workflow_id: string, more: object = {}) => ({
  workflow_id,
  name: workflow_id,
  tasks: [log],
  ...more,
})
const channel = (channel_id: string, more: object = {}) => ({
  channel_id,
  name: channel_id,
  channel_type: 'sync',
  protocol: 'rest',
  methods: ['GET'],
  route_pattern: `/${channel_id}`,
  workflow_id: 'orders',
  ...more,
})
const connector = (name: string, more: object = {}) => ({
  name,
  connector_type: 'http',
  config: { url: 'https://x.example' },
  ...more,
})

const SOUND = {
  'workflows/orders.json': workflow('orders'),
  'channels/orders.json': channel('orders'),
  'connectors/crm.json': connector('crm'),
  'orders.case.json': { name: 'c', workflow: 'orders' },
}

async function lint(content: Readonly<Record<string, unknown>>, ...flags: string[]) {
  const texts = Object.entries(content).map(([name, value]) => [
    `d/${name}`,
    typeof value === 'string' ? value : JSON.stringify(value, null, 1),
  ])
  return run(['lint', ...flags, 'd'], { files: Object.fromEntries(texts) })
}

describe('lint of a folder', () => {
  test('says that sound files are valid', async () => {
    expect(await lint(SOUND, '--strict')).toMatchObject({
      code: 0,
      err: '',
      out: [
        'd/channels/orders.json is valid',
        'd/connectors/crm.json is valid',
        'd/orders.case.json is valid',
        'd/workflows/orders.json is valid',
        '',
      ].join('\n'),
    })
  })

  test.each<[string, object, string]>([
    [
      'a channel without its workflow',
      { 'channels/orders.json': channel('orders', { workflow_id: 'order' }) },
      'd/channels/orders.json:10:17: error: there is no workflow "order" in the folder; did you mean "orders"?\n' +
        '  10 |  "workflow_id": "order"\n     |                 ^^^^^^^\n',
    ],
    [
      'a channel whose workflow is not served',
      { 'workflows/orders.json': workflow('orders', { status: 'draft' }) },
      'd/channels/orders.json:10:17: error: the workflow "orders" of this channel stays draft, says d/workflows/orders.json',
    ],
    [
      'a case without its workflow',
      { 'orders.case.json': { name: 'c', workflow: 'ordres' } },
      'd/orders.case.json:3:14: error: no file in d/workflows declares the workflow "ordres"; did you mean "orders"?',
    ],
    [
      'a case that is no JSON',
      { 'orders.case.json': '{"a" 1}' },
      'd/orders.case.json:1:6: error: unexpected "1"',
    ],
    [
      'two channels of one name',
      { 'channels/x.json': channel('x', { name: 'orders' }) },
      'd/channels/x.json:3:10: error: this name belongs to the channel "orders" of d/channels/orders.json',
    ],
    [
      'two channels of one route',
      { 'channels/x.json': channel('x', { route_pattern: '/Orders/', methods: ['POST', 'get'] }) },
      'd/channels/x.json:10:19: error: this route belongs to the channel "orders" of d/channels/orders.json',
    ],
    [
      'two connectors of one id',
      {
        'connectors/crm.json': connector('crm', { id: '1' }),
        'connectors/b.json': connector('b', { id: '1' }),
      },
      'd/connectors/crm.json:7:8: error: this id belongs to the connector of d/connectors/b.json',
    ],
    [
      'what any rule finds',
      { 'workflows/orders.json': workflow('orders', { condition: { equal: [1, 1] } }) },
      'd/workflows/orders.json:17:3: warning: "equal" is no operator',
    ],
    [
      'what is wrong with a file, and the rest of it',
      { 'workflows/orders.json': workflow('order', { tasks: [] }) },
      'd/workflows/orders.json:2:17: error: this is "order", but the file is named for "orders"\n',
    ],
  ])('tells of %s', async (_, change, told) => {
    const { code, err } = await lint({ ...SOUND, ...change }, '--strict')
    expect(code).toBe(1)
    expect(err).toStartWith(told)
  })

  test('a workflow without its connector is an error, whether there are others or none', async () => {
    const call = {
      id: 'c',
      name: 'C',
      function: { name: 'http_call', input: { connector: 'cmr', method: 'GET' } },
    }
    const calling = { 'workflows/orders.json': workflow('orders', { tasks: [call] }) }
    for (const connectors of [{}, { 'connectors/crm.json': connector('crm', { enabled: false }) }]) {
      const { out } = await lint({ ...calling, ...connectors }, '--json')
      expect(JSON.parse(out).findings).toContainEqual(
        expect.objectContaining({
          file: 'd/workflows/orders.json',
          path: 'tasks[0].function.input.connector',
          severity: 'error',
          rule: 'unknown-connector',
          line: 11,
        }),
      )
    }
    const { out } = await lint({ ...calling, 'connectors/cmr.json': connector('cmr') }, '--json')
    expect(out).not.toContain('unknown-connector')
  })

  test('a name and a route of channels that are not served are free', async () => {
    const draft = channel('x', { name: 'orders', route_pattern: '/orders', status: 'draft' })
    const other = channel('y', { route_pattern: '/orders', methods: ['POST'] })
    expect(await lint({ ...SOUND, 'channels/x.json': draft, 'channels/y.json': other })).toMatchObject({
      code: 0,
      err: '',
    })
  })

  test('a link to a file that is broken is no second mistake', async () => {
    const { err } = await lint({ ...SOUND, 'workflows/orders.json': '{' })
    expect(err).toMatch(/^d\/workflows\/orders\.json:1:2: error: /)
    expect(err).toEndWith('\n1 error\n')
  })

  test('files beside it are looked at, too', async () => {
    const files = { 'd/workflows/orders.json': JSON.stringify(workflow('orders')), 'x.json': '[]x' }
    expect((await run(['lint', 'd', 'x.json'], { files })).err).toStartWith('x.json:1:3: error: ')
  })
})
