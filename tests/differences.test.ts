import { expect, test } from 'bun:test'
import { join } from 'node:path'

const text = await Bun.file(join(import.meta.dir, 'README.md')).text()
const rows = [...text.matchAll(/^\|.*\| `([^`]+)`: "([^|]+)" +\|$/gm)].map(
  ([, file, name]) => [file, name] as const,
)

test('the list of differences is read', () => {
  const lines = text
    .split('\n')
    .filter(line => /^\| .*\| .*\| .*\|$/.test(line) && !line.startsWith('| Orion '))
  expect(rows.length).toBeGreaterThan(40)
  expect(rows).toHaveLength(lines.filter(line => !line.startsWith('| ---')).length)
})

test.each(rows)('%s has the test "%s"', async (file = '', name = '') => {
  const source = await Bun.file(join(import.meta.dir, file)).text()
  const quoted = file.endsWith('.json') ? `"it": ${JSON.stringify(name)}` : `'${name}'`
  expect(source.replaceAll('"it":"', '"it": "')).toContain(quoted)
})
