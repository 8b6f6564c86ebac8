import { expect } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
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

/** Tries one operation with its example, and answers what the page shows of the server's response. */
async function execute(page: Page, operationId: string): Promise<string> {
  const operation = page.locator(`.opblock[id$="-${operationId}"]`)
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.try-out__btn').click()
  await operation.locator('.execute').click()
  const response = operation.locator('.live-responses-table .response')
  return (await response.textContent()) ?? ''
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

    // With the example that the document gives.
    expect(await execute(page, 'create_workflow')).toContain('201')
    expect(outside).toEqual([])
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
  }
})
