import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { definitionFileName, definitionFileNames, isFileNameOf, nameOfFile } from './definition-file-name.ts'

test.each([
  ['orders', 'orders.json'],
  ['Orders-2.v1_x', 'Orders-2.v1_x.json'],
  ['pay/pal', 'pay%2Fpal.json'],
  ['..', '%2E%2E.json'],
  ['.hidden', '%2Ehidden.json'],
  ['-rf', '%2Drf.json'],
  ['two words', 'two%20words.json'],
  ['größe', 'gr%C3%B6%C3%9Fe.json'],
  ['100%', '100%25.json'],
  ['con', '%63on.json'],
  ['COM1.x', '%43OM1.x.json'],
  ['console', 'console.json'],
  ['end.', 'end%2E.json'],
  ['orders.case', 'orders%2Ecase.json'],
  ['a:b*c?', 'a%3Ab%2Ac%3F.json'],
])('%p is in %s, and back', (name, file) => {
  expect(definitionFileName(name)).toBe(file)
  expect(nameOfFile(file)).toBe(name)
})

test('names that differ in case alone get files that every file system tells apart', () => {
  const names = definitionFileNames(['crm', 'CRM', 'Crm', 'shop', 'Shop/'])
  expect([...names]).toEqual([
    ['crm', 'crm.json'],
    ['CRM', '%43%52%4D.json'],
    ['Crm', '%43rm.json'],
    ['shop', 'shop.json'],
    ['Shop/', 'Shop%2F.json'],
  ])
  for (const [name, file] of names) expect([isFileNameOf(file, name), nameOfFile(file)]).toEqual([true, name])
})

test('only the two forms of a name are its file names', () => {
  expect(isFileNameOf('Orders.json', 'Orders')).toBe(true)
  expect(isFileNameOf('%4Frders.json', 'Orders')).toBe(true)
  expect(isFileNameOf('%6Frders.json', 'orders')).toBe(false)
  expect(
    ['%6Frders.json', 'a b.json', 'x%2f.json', '%ZZ.json', 'x%E9.json', 'orders'].map(nameOfFile),
  ).toEqual(Array.from({ length: 6 }, () => undefined))
})

test('a long name keeps its beginning, and stays one of its own', () => {
  const [a, b] = ['ü'.repeat(120), `${'ü'.repeat(119)}x`]
  const file = definitionFileName(a)
  expect(file).toMatch(/^(?:%C3%BC){30}%~[0-9a-f]{16}\.json$/)
  expect(definitionFileName(b)).not.toBe(file)
  expect([isFileNameOf(file, a), isFileNameOf(file, b), nameOfFile(file)]).toEqual([true, false, undefined])
})

test('whatever the names are, no two share a file, whatever the file system', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 120 })), names => {
      const given = names.filter(name => name.isWellFormed())
      const files = definitionFileNames(given)
      expect(new Set([...files.values()].map(file => file.toLowerCase())).size).toBe(given.length)
      for (const [name, file] of files) {
        expect(file).toMatch(/^[A-Za-z0-9_%][A-Za-z0-9._%~-]{0,219}$/)
        expect(isFileNameOf(file, name)).toBe(true)
        if (!file.includes('%~')) expect(nameOfFile(file)).toBe(name)
      }
    }),
  )
})
