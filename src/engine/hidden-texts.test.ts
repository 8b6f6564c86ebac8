import { expect, test } from 'bun:test'
import { HiddenTexts } from './hidden-texts.ts'

const SECRET = 'zz+secret/"1"'
const hidden = new HiddenTexts([SECRET, 'other-one'])

test.each([
  [`a ${SECRET} b ${SECRET}`, 'a ****** b ******'],
  [`got ${JSON.stringify([SECRET])}`, 'got ["******"]'],
  [`?k=${encodeURIComponent(SECRET)}&x=1`, '?k=******&x=1'],
  [Buffer.from(SECRET).toString('base64'), '******'],
  [Buffer.from(SECRET).toString('hex'), '******'],
  [`cut: ${SECRET.slice(0, 6)}…`, 'cut: ******…'],
  ['other-one and other…', '****** and ******…'],
  ['zz+ is too little to tell', 'zz+ is too little to tell'],
  ['nothing here', 'nothing here'],
])('%s reads %s', (text, shown) => {
  expect(hidden.hide(text)).toBe(shown)
})

test('values are hidden wherever they stand, keys and numbers too', () => {
  const numeric = new HiddenTexts(['4711', 'key-name'])
  expect(numeric.json({ a: [4711, 12], 'key-name': null, b: { c: 'x4711' } })).toEqual({
    a: ['******', 12],
    '******': null,
    b: { c: 'x******' },
  })
})

test('a secret that looks like its mask does no harm', () => {
  expect(new HiddenTexts(['******', '*****abc', '']).hide('a *****abc b')).toBe('a ****** b')
})
