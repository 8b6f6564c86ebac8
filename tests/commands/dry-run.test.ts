import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { runCommand } from '../harness/binary.ts'
import { tempFolder } from '../harness/temp-folder.ts'

const ORDERS = join(ROOT, 'examples/workflows/orders.json')

test('the executable explains the orders example, without a server and a database', async () => {
  await using folder = await tempFolder()
  await Bun.write(join(folder.path, 'order.json'), '{"order_id": "ORD-9182", "total": 9000}')
  const { code, stdout } = await runCommand(
    ['dry-run', '-w', ORDERS, '-i', 'order.json', '--explain', '--format', 'text'],
    { folder: folder.path },
  )
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Workflow "orders": 2 tasks executed, 1 skipped

read: executed
flag: executed
  data.order.flagged = false
    rule data.order.total > 10000
    with data.order.total = 9000
  data.order.tier = "standard"
    rule if data.order.total >= 50000 then "gold" else if data.order.total >= 10000 then "silver" else "standard"
    step data.order.total >= 50000 is false
    step data.order.total >= 10000 is false
    with data.order.total = 9000
review: skipped
  condition = false
    rule data.order.flagged
    with data.order.flagged = false

output {"order":{"order_id":"ORD-9182","total":9000,"flagged":false,"tier":"standard"}}
`,
  })
  expect(await Array.fromAsync(new Bun.Glob('*').scan({ cwd: folder.path }))).toEqual(['order.json'])
})

test('its JSON has the steps of the trace, and integers keep their digits', async () => {
  await using folder = await tempFolder()
  await Bun.write(join(folder.path, 'i.json'), '{"data": {"order_id": 12345678901234567890, "total": 60000}}')
  const { code, stdout } = await runCommand(['dry-run', '-w', ORDERS, '-i', 'i.json'], {
    folder: folder.path,
  })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    matched: true,
    trace: { steps: [{}, {}, { result: 'executed' }] },
  })
  expect(stdout).toContain('"order_id": 12345678901234567890')
})

test('a malformed file is exit code 1 with file, line and column; a missing option is 2', async () => {
  await using folder = await tempFolder()
  await Bun.write(join(folder.path, 'i.json'), '{\n  "data": {,}\n}')
  const broken = await runCommand(['dry-run', '-w', ORDERS, '-i', 'i.json'], { folder: folder.path })
  expect(broken).toMatchObject({ code: 1, stdout: '' })
  expect(broken.stderr).toContain('Error: i.json:2:12: unexpected ","')
  expect(await runCommand(['dry-run', '-w', ORDERS], { folder: folder.path })).toMatchObject({ code: 2 })
})
