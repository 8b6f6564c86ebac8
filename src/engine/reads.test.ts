import { expect, test } from 'bun:test'
import { exposesRoots, mayRead } from './reads.ts'

test('a path is read by itself, by what is above it and by what is below it', () => {
  expect(mayRead(['metadata.headers'], 'metadata.headers')).toBe(true)
  expect(mayRead(['metadata'], 'metadata.headers')).toBe(true)
  expect(mayRead([''], 'metadata.headers')).toBe(true)
  expect(mayRead(['metadata.headers.host'], 'metadata.headers')).toBe(true)
  expect(mayRead('any', 'metadata.headers')).toBe(true)
})

test('neighbours and names that only begin alike are not read', () => {
  expect(mayRead([], 'metadata.headers')).toBe(false)
  expect(mayRead(['metadata.query', 'data.headers'], 'metadata.headers')).toBe(false)
  expect(mayRead(['meta', 'metadata.headersx', 'metadata.head'], 'metadata.headers')).toBe(false)
})

test('only the context and its roots are exposed to a result', () => {
  for (const reads of [[''], ['data'], ['metadata'], ['temp_data'], ['data.a', 'data'], 'any'] as const) {
    expect(exposesRoots(reads)).toBe(true)
  }
  for (const reads of [[], ['data.a'], ['datax'], ['payload']]) expect(exposesRoots(reads)).toBe(false)
})
