import { expect, test } from 'bun:test'
import { connect, createServer, type Socket } from 'node:net'
import { openProxy } from './harness/tcp-proxy.ts'
import { until } from './harness/until.ts'

/** A server that says every word twice. */
async function openTwice() {
  const seen = { connections: 0 }
  const server = createServer(socket => {
    seen.connections++
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => socket.write(`${chunk}${chunk}`))
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    seen,
    [Symbol.dispose]: () => void server.close(),
  }
}

/** A client that keeps what it hears. */
function call(port: number) {
  const heard = { text: '', chunks: 0, ending: undefined as 'closed' | 'reset' | 'refused' | undefined }
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('data', chunk => {
    heard.text += Buffer.from(chunk).toString('latin1')
    heard.chunks++
  })
  socket.on('error', error => {
    heard.ending = 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'reset'
  })
  socket.on('close', () => {
    heard.ending ??= 'closed'
  })
  return {
    heard,
    say: (text: string) => void socket.write(text),
    end: () => void socket.end(),
    hears: (text: string) =>
      until(
        `"${text}" is heard`,
        () => heard.text === text || undefined,
        () => heard.text,
      ),
    ends: (how: 'closed' | 'reset' | 'refused') =>
      until(
        'the connection ends',
        () => heard.ending,
        () => heard.text,
      ).then(ending => expect(ending).toBe(how)),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

test('what passes arrives, and connections are counted', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  using first = call(proxy.port)
  using second = call(proxy.port)
  first.say('ab')
  await first.hears('abab')
  second.say('c')
  await second.hears('cc')
  expect([proxy.opened, proxy.open, far.seen.connections]).toEqual([2, 2, 2])
  first.end()
  await first.ends('closed')
  await until('one is left', () => proxy.open === 1 || undefined)
  expect(proxy.opened).toBe(2)
})

test('refuse: what is open is reset, nobody listens, and later somebody does at the same port', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  using before = call(proxy.port)
  before.say('a')
  await before.hears('aa')
  await proxy.set('refuse')
  await before.ends('reset')
  using meanwhile = call(proxy.port)
  await meanwhile.ends('refused')
  await proxy.set('pass')
  using afterwards = call(proxy.port)
  afterwards.say('b')
  await afterwards.hears('bb')
  expect(proxy.opened).toBe(2)
})

test('hang: a connection is accepted and gets its answer when that is over', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  await proxy.set('hang')
  using client = call(proxy.port)
  client.say('a')
  await until('it is accepted', () => proxy.open === 1 || undefined)
  expect([far.seen.connections, client.heard.text]).toEqual([0, ''])
  await proxy.set('pass')
  await client.hears('aa')
})

test('hang: whoever gives up is gone', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  await proxy.set('hang')
  using client = call(proxy.port)
  await until('it is accepted', () => proxy.open === 1 || undefined)
  client.end()
  await until('it is gone', () => proxy.open === 0 || undefined)
})

test('reset: so many bytes of an answer pass, the rest does not', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  using client = call(proxy.port)
  client.say('a')
  await client.hears('aa')
  await proxy.set({ resetAfter: 3 })
  client.say('bcd')
  await client.ends('reset')
  expect('aabcd'.startsWith(client.heard.text)).toBe(true)
  expect(proxy.open).toBe(0)
})

test('drip: an answer comes in small pieces, and whole', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  await proxy.set({ drip: 2, everyMs: 5 })
  using client = call(proxy.port)
  client.say('abcdef')
  await client.hears('abcdefabcdef')
  expect(client.heard.chunks).toBeGreaterThan(2)
})

test('garbage: a client hears what nobody said, before it asks and after', async () => {
  using far = await openTwice()
  await using proxy = await openProxy(far)
  await proxy.set('garbage')
  using client = call(proxy.port)
  await until('it hears garbage', () => client.heard.text.length === 256 || undefined)
  client.say('a')
  await until('it hears more', () => client.heard.text.length === 512 || undefined)
  expect(far.seen.connections).toBe(0)
})

test('a client is reset when nobody listens behind the proxy', async () => {
  const gone = await openTwice()
  gone[Symbol.dispose]()
  await using proxy = await openProxy(gone)
  using client = call(proxy.port)
  await client.ends('reset')
})

test('a URL leads through the proxy', async () => {
  await using proxy = await openProxy({ port: 1 })
  expect(proxy.through('postgres://u:p@127.0.0.1:5432/d?a=b')).toBe(
    `postgres://u:p@127.0.0.1:${proxy.port}/d?a=b`,
  )
})
