import { expect, test } from 'bun:test'
import { hideTexts } from './hide-texts.ts'

test('no text of a broken connector or channel is shown, but for keys', () => {
  const broken =
    '{"connector_type": "http",\n "auth": {"token" : "hun\\"ter2", "keys": ["ö💩", "k"], "key": "unended\n "x": 12, "y'
  expect(hideTexts(broken)).toBe(
    '{"connector_type": "****",\n "auth": {"token" : "*********", "keys": ["**", "*"], "key": "*******\n "x": 12, "*',
  )
})

test('what cannot hold secrets is shown as it is', () => {
  expect(hideTexts('{"tasks": ["a"')).toBe('{"tasks": ["a"')
})
