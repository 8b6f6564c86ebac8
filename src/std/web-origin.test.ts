import { expect, test } from 'bun:test'
import { webOrigin } from './web-origin.ts'

test.each([
  ['https://app.example.com', 'https://app.example.com'],
  ['HTTPS://App.Example.com', 'https://app.example.com'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://app.example.com:443', 'https://app.example.com'],
  ['https://app.example.com/', 'https://app.example.com'],
  ['http://[::1]:80', 'http://[::1]'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['capacitor://localhost', 'capacitor://localhost'],
  ['null', 'null'],
  ['https://app.example.com/path', undefined],
  ['https://user@app.example.com', undefined],
  ['https://app.example.com?x', undefined],
  ['https://', undefined],
  ['https://a b', undefined],
  ['app.example.com', undefined],
  ['localhost:3000', undefined],
  ['*', undefined],
  ['', undefined],
])('%p is the origin %p', (text, origin) => {
  expect(webOrigin(text)).toBe(origin)
})
