import { expect, test } from 'bun:test'
import { testServer } from '../test-server.ts'

const { ask } = testServer()

test('/docs leads to /docs/', async () => {
  const response = await ask('GET', '/docs')
  expect(response.status).toBe(307)
  expect(response.headers.get('location')).toBe('/docs/')
})

test('the page asks nobody but this server', async () => {
  const response = await ask('GET', '/docs/')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const page = await response.text()
  expect(page).not.toMatch(/https?:|\/\//)
  expect(page).not.toMatch(/<script>|<style|style=|onload/)
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
  expect(assets).toHaveLength(4)
  for (const asset of assets) {
    const { pathname } = new URL(asset ?? '', 'http://orion.test/docs/')
    expect([asset, (await ask('GET', pathname)).status]).toEqual([asset, 200])
  }
})

test('its policy allows what it uses, and nothing from elsewhere', async () => {
  const policy = (await ask('GET', '/docs/')).headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})

test('its start script shows our document and no validator badge', async () => {
  const script = await (await ask('GET', '/docs/start.js')).text()
  expect(script).toContain("url: '../api/v1/openapi.json'")
  expect(script).toContain('validatorUrl: null')
})

test.each([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8', 1_000_000],
  ['swagger-ui.css', 'text/css; charset=utf-8', 100_000],
  ['icon.png', 'image/png', 100],
])('%s is embedded', async (name, type, atLeastBytes) => {
  const response = await ask('GET', `/docs/${name}`)
  expect(response.headers.get('content-type')).toBe(type)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(atLeastBytes)
})
