import { expect, test } from 'bun:test'
import { configurationDoc, exampleToml } from './document.ts'
import { LEAVES } from './leaves.ts'
import { load } from './test-load.ts'

test('the example loads and changes nothing', () => {
  expect(load({ toml: exampleToml() })).toEqual(load())
})

test('the example loads with every comment sign before a key removed, to the defaults', () => {
  const toml = exampleToml().replace(/^# (?=[a-z_]+ = )/gm, '')
  const loaded = load({ toml })
  expect({ ...loaded, rate_limit: load().rate_limit }).toEqual(load())
  expect(toml.match(/^[a-z_]+ = /gm)).toHaveLength(LEAVES.length)
})

test('the document names every key and variable', () => {
  const document = configurationDoc()
  for (const { key, variable, schema } of LEAVES) {
    expect(document).toContain(`| \`${key}\` | \`${variable}\` |`)
    expect(schema.description, key).toBeString()
  }
})
