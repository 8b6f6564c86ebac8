import { expect, test } from 'bun:test'
import { nearestName } from './nearest-name.ts'

const KEYS = ['timeout_ms', 'tracing', 'port', 'name', 'if']

test.each([
  ['prot', 'port'],
  ['tracin', 'tracing'],
  ['TRACING', 'tracing'],
  ['timeout', 'timeout_ms'],
  ['timeout_ms_total', 'timeout_ms'],
  ['nmae', 'name'],
])('"%s" was meant to be "%s"', (written, meant) => {
  expect(nearestName(written, KEYS)).toBe(meant)
})

test.each(['colour', '', 'po', 'x'])('"%s" is near to nothing', written => {
  expect(nearestName(written, ['timeout_ms', 'tracing', 'shipping'])).toBeUndefined()
})
