import { describe, expect, test } from 'bun:test'
import { openLineBuffer, type WriteText } from './line-buffer.ts'

function buffer(write: WriteText, maxChars = 100) {
  return openLineBuffer({ write, maxChars, lost: lines => `lost ${lines}\n` })
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

describe('lines of one turn', () => {
  test('leave in one write, those of the next in another', async () => {
    const writes: string[] = []
    const { add } = buffer(text => void writes.push(text))
    add('a\n')
    add('b\n')
    expect(writes).toEqual([])
    await nextTurn()
    add('c\n')
    await nextTurn()
    await nextTurn()
    expect(writes).toEqual(['a\nb\n', 'c\n'])
  })

  test('leave at once when they are flushed', async () => {
    const writes: string[] = []
    const { add, flush } = buffer(text => void writes.push(text))
    add('a\n')
    await flush()
    await nextTurn()
    expect(writes).toEqual(['a\n'])
  })
})

describe('a slow reader', () => {
  /** Writes that end when the test says so. */
  function slow() {
    const writes: { text: string; done: () => void }[] = []
    const write: WriteText = text => {
      const { promise, resolve } = Promise.withResolvers<void>()
      writes.push({ text, done: resolve })
      return promise
    }
    return { writes, write }
  }

  test('gets one write after the other, all that waits in the next', async () => {
    const { writes, write } = slow()
    const { add, flush } = buffer(write)
    add('a\n')
    await nextTurn()
    add('b\n')
    await nextTurn()
    add('c\n')
    expect(writes.map(({ text }) => text)).toEqual(['a\n'])
    const flushed = flush()
    expect(writes).toHaveLength(1)
    writes[0]?.done()
    await nextTurn()
    expect(writes.map(({ text }) => text)).toEqual(['a\n', 'b\nc\n'])
    expect(Bun.peek.status(flushed)).toBe('pending')
    writes[1]?.done()
    await flushed
  })

  test('loses what is beyond the limit, and is told how much', async () => {
    const { writes, write } = slow()
    const { add } = buffer(write, 4)
    add('a\n')
    await nextTurn()
    for (const line of ['b\n', 'c\n', 'd\n', 'e\n']) add(line)
    writes[0]?.done()
    await nextTurn()
    expect(writes[1]?.text).toBe('b\nc\nlost 2\n')
    writes[1]?.done()
    await nextTurn()
    add('f\n')
    await nextTurn()
    expect(writes[2]?.text).toBe('f\n')
  })
})

describe('a write that fails', () => {
  test.each<[string, WriteText]>([
    [
      'by throwing',
      () => {
        throw new Error('no space')
      },
    ],
    ['by rejecting', () => Promise.reject(new Error('no space'))],
  ])('%s loses its lines and nothing else', async (_how, failing) => {
    const writes: string[] = []
    let failures = 1
    const { add, flush } = buffer(text => {
      if (failures-- > 0) return failing(text)
      writes.push(text)
    })
    add('a\n')
    await flush()
    add('b\n')
    await flush()
    expect(writes).toEqual(['b\n'])
  })
})
