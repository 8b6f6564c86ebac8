import { expect } from 'bun:test'
import { type Browser, chromium } from 'playwright-core'
import { type RunningServer, startServer } from './harness/binary.ts'
import { testNeeding, whereIs } from './harness/needs.ts'

/** Opens the docs page in a browser that reaches nothing but the server, and notes what it tried and complained of. */
async function openDocs(browser: Browser, server: RunningServer) {
  const page = await browser.newPage()
  const outside: string[] = []
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => {
    complaints.push(error.message)
  })
  await page.route('**/*', route => {
    const url = route.request().url()
    if (url.startsWith(server.url) || url.startsWith('data:')) return route.continue()
    outside.push(url)
    return route.abort()
  })
  await page.goto(`${server.url}/docs`)
  return { page, outside, complaints }
}

testNeeding('chromium')('the docs page shows the API in a browser that has no internet', async () => {
  await using server = await startServer()
  const browser = await chromium.launch({ executablePath: whereIs('chromium') ?? '', args: ['--no-sandbox'] })
  try {
    const { page, outside, complaints } = await openDocs(browser, server)
    await page.waitForSelector('.swagger-ui .info .title')
    expect(await page.textContent('.swagger-ui .info .title')).toContain('Orion')
    const operation = page.locator('.opblock', { hasText: '/api/v1/admin/workflows' }).first()
    await operation.waitFor()
    expect(outside).toEqual([])
    expect(complaints).toEqual([])

    const health = page.locator('.opblock', { hasText: '/healthz' }).first()
    await health.click()
    await health.locator('.try-out__btn').click()
    await health.locator('.execute').click()
    await health.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()
    expect(outside).toEqual([])
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
  }
})
