import { expect, test } from 'bun:test'
import { run } from './test-terminal.ts'

test.each(['workflow', 'channel', 'connector', 'case'])('schema %s prints a schema', async kind => {
  const { code, out, err } = await run(['schema', kind])
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: expect.stringMatching(/ of Orion$/),
  })
})

test('another kind is wrong usage', async () => {
  const near = 'Error: there is no schema of "workflows"; did you mean "workflow"?\n'
  const far = 'Error: there is no schema of "x"; known are workflow, channel, connector, case\n'
  expect(await run(['schema', 'workflows'])).toMatchObject({ code: 2, out: '', err: near })
  expect(await run(['schema', 'x'])).toMatchObject({ code: 2, out: '', err: far })
})
