import { expect, test } from 'bun:test'
import { freePort, isFree } from './free-port.ts'

test('a free port can be listened on, and is not free then', () => {
  const port = freePort()
  const listener = Bun.listen({ hostname: '127.0.0.1', port, socket: { data: () => undefined } })
  expect(isFree(port)).toBe(false)
  listener.stop(true)
  expect(isFree(port)).toBe(true)
})

test('no port is one that a system gives to outgoing connections', () => {
  const ports = Array.from({ length: 50 }, freePort)
  expect(Math.min(...ports)).toBeGreaterThan(1024)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
