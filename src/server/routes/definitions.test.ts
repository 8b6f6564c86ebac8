import { describe, expect, test } from 'bun:test'
import { testServer } from '../test-server.ts'

const ADMIN = '/api/v1/admin'
const nobody = { name: 'anonymous' }

describe.each(['workflows', 'channels'])('%s', noun => {
  const base = `${ADMIN}/${noun}`

  test.each([
    ['POST', base, { a: 1 }, 201, [`${noun} create`, nobody, { a: 1 }]],
    ['GET', `${base}/x`, undefined, 200, [`${noun} get`, 'x']],
    ['PUT', `${base}/x`, { a: 1 }, 200, [`${noun} update`, nobody, 'x', { a: 1 }]],
    [
      'PATCH',
      `${base}/x/status`,
      { status: 'active' },
      200,
      [`${noun} setStatus`, nobody, 'x', { status: 'active' }],
    ],
    ['POST', `${base}/x/versions`, undefined, 201, [`${noun} createVersion`, nobody, 'x']],
  ])('%s %s answers the entity', async (method, path, body, status, call) => {
    const { ask, asked } = testServer()
    const response = await ask(method, path, body)
    expect(response.status).toBe(status)
    expect(JSON.parse(await response.text()).data.version).toBe(1)
    expect(asked).toEqual([call])
  })

  test('DELETE answers 204 with nothing', async () => {
    const { ask, asked } = testServer()
    const response = await ask('DELETE', `${base}/x`)
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    expect(response.headers.get('content-type')).toBeNull()
    expect(asked).toEqual([[`${noun} delete`, nobody, 'x']])
  })

  test('a list echoes the paging that was applied', async () => {
    const { ask, asked } = testServer()
    const response = await ask(
      'GET',
      `${base}?limit=5000&offset=-2&status=active&tag=a_%25&unknown=1&sort_by=name&sort_order=asc`,
    )
    expect(JSON.parse(await response.text())).toMatchObject({ total: 9, limit: 1000, offset: 0 })
    expect(asked).toEqual([
      [
        `${noun} list`,
        { status: 'active', tag: 'a_%' },
        { by: 'name', order: 'asc' },
        { limit: 1000, offset: 0 },
      ],
    ])
  })

  test('a list without parameters asks for the default', async () => {
    const { ask, asked } = testServer()
    await ask('GET', base)
    expect(asked).toEqual([[`${noun} list`, {}, { by: 'priority', order: 'desc' }, { limit: 50, offset: 0 }]])
  })

  test('versions are paged', async () => {
    const { ask, asked } = testServer()
    const response = await ask('GET', `${base}/x/versions?limit=1&offset=1`)
    expect(JSON.parse(await response.text())).toMatchObject({ total: 9, limit: 1, offset: 1 })
    expect(asked).toEqual([[`${noun} versions`, 'x', { limit: 1, offset: 1 }]])
  })

  test('a limit that is no number is 400 with the parameter as path', async () => {
    const { ask } = testServer()
    for (const path of [base, `${base}/x/versions`]) {
      const response = await ask('GET', `${path}?limit=abc`)
      expect(response.status).toBe(400)
      expect(JSON.parse(await response.text()).error).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ path: 'limit', code: 'TYPE_MISMATCH' }],
      })
    }
  })
})

test('channels are filtered by type and protocol as well', async () => {
  const { ask, asked } = testServer()
  await ask('GET', `${ADMIN}/channels?channel_type=sync&protocol=rest&sort_by=protocol`)
  expect(asked[0]?.slice(1, 3)).toEqual([
    { channelType: 'sync', protocol: 'rest' },
    { by: 'protocol', order: 'desc' },
  ])
})

test('a workflow cannot be sorted by what only channels have', async () => {
  const { ask, asked } = testServer()
  await ask('GET', `${ADMIN}/workflows?sort_by=protocol`)
  expect(asked[0]?.[2]).toEqual({ by: 'priority', order: 'desc' })
})

describe('connectors', () => {
  const base = `${ADMIN}/connectors`

  test.each([
    ['POST', base, { a: 1 }, 201, ['connectors create', nobody, { a: 1 }]],
    ['GET', `${base}/x`, undefined, 200, ['connectors get', 'x']],
    ['PUT', `${base}/x`, { a: 1 }, 200, ['connectors update', nobody, 'x', { a: 1 }]],
  ])('%s %s answers the connector', async (method, path, body, status, call) => {
    const { ask, asked } = testServer()
    const response = await ask(method, path, body)
    expect(response.status).toBe(status)
    expect(JSON.parse(await response.text()).data.id).toBe('k')
    expect(asked).toEqual([call])
  })

  test('DELETE answers 204', async () => {
    const { ask, asked } = testServer()
    expect((await ask('DELETE', `${base}/x`)).status).toBe(204)
    expect(asked).toEqual([['connectors delete', nobody, 'x']])
  })

  test('are listed by tag', async () => {
    const { ask, asked } = testServer()
    const response = await ask('GET', `${base}?tag=a&limit=2&sort_by=ignored`)
    expect(JSON.parse(await response.text())).toMatchObject({ total: 9, limit: 2, offset: 0 })
    expect(asked).toEqual([['connectors list', { tag: 'a' }, { limit: 2, offset: 0 }]])
  })
})

test('audit logs have an envelope of their own', async () => {
  const { ask, asked } = testServer()
  const response = await ask('GET', `${ADMIN}/audit-logs?limit=2&offset=4`)
  expect(await response.json()).toEqual({ data: [], pagination: { offset: 4, limit: 2, total: 9 } })
  expect(asked).toEqual([['auditLogs', { limit: 2, offset: 4 }]])
})
