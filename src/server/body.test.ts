import { describe, expect, test } from 'bun:test'
import { declaredLength, isJsonContentType, readBody } from './body.ts'

const LIMIT = 10

const post = (body: string | ReadableStream<Uint8Array> | null, headers: Record<string, string> = {}) =>
  new Request('http://orion.test/', { method: 'POST', body, headers })

function chunks(...texts: string[]) {
  const state = { pulled: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const text = texts[state.pulled++]
        if (text === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(text))
      },
      cancel() {
        state.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { state, stream }
}

const read = async (request: Request) => readBody(request, declaredLength(request, LIMIT), LIMIT)
const textOf = async (request: Request) => new TextDecoder().decode(await read(request))

describe('a body', () => {
  test('of exactly the limit is read, declared or not', async () => {
    expect(await textOf(post('0123456789', { 'content-length': '10' }))).toBe('0123456789')
    expect(await textOf(post(chunks('01234', '56789').stream))).toBe('0123456789')
  })

  test('that is absent is empty', async () => {
    expect(await textOf(post(null))).toBe('')
    expect(await textOf(new Request('http://orion.test/'))).toBe('')
  })

  test('one byte above the limit is 413, counted in bytes', async () => {
    for (const body of ['01234567890', '012345678é']) {
      await expect(read(post(body))).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        message: 'The request body is larger than 10 bytes',
      })
    }
  })

  test('that declares too much is not read', async () => {
    const { state, stream } = chunks('0')
    await expect(read(post(stream, { 'content-length': '11' }))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
    expect(state.pulled).toBe(0)
  })

  test('that is larger than it declares is 413 as well', async () => {
    await expect(read(post('01234567890', { 'content-length': '5' }))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
  })

  test('without an end is left as soon as it is too large', async () => {
    const { state, stream } = chunks(...Array.from({ length: 100 }, () => '0123'))
    await expect(read(post(stream))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(state.pulled).toBe(3)
    expect(state.cancelled).toBe(true)
  })

  test('that breaks off is the fault of the client', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('connection reset'))
      },
    })
    await expect(read(post(broken))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

test('a declared length is refused before the body is touched', () => {
  expect(() => declaredLength(post('0', { 'content-length': '11' }), LIMIT)).toThrow('larger than 10 bytes')
  expect(declaredLength(post('0', { 'content-length': '10' }), LIMIT)).toBe(10)
  expect(declaredLength(post('0'), LIMIT)).toBeUndefined()
})

describe('a content type', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=utf-8',
    'APPLICATION/JSON',
    'application/problem+json',
    'application/vnd.api+json; v=1',
    ' application/json ',
  ])('%p is JSON', type => expect(isJsonContentType(type)).toBe(true))

  test.each([
    null,
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json-patch',
    'application/x-www-form-urlencoded',
    'text/plain; application/json',
    'application/+json',
    'multipart/form-data; boundary="+json"',
  ])('%p is not', type => expect(isJsonContentType(type)).toBe(false))
})
