import { join } from 'node:path'
import { Glob } from 'bun'
import { ROOT } from './root.ts'
import { localUrl } from './start-address.ts'

/** Longest wait for a server that starts; it takes a fraction of a second on any machine. */
const READY_DEADLINE_MS = 30_000
const POLL_MS = 25

const KINDS = ['workflows', 'channels'] as const
type Kind = (typeof KINDS)[number]

const url = localUrl()
const serverPid = Number(process.argv[2])

/** Declares the examples once the server beside it is ready, and says how to use them. */
async function declareExamples(): Promise<void> {
  await waitForReady()
  for (const kind of KINDS) {
    const folder = join(ROOT, 'examples', kind)
    for (const file of [...new Glob('*.json').scanSync({ cwd: folder })].sort()) {
      await declare(kind, file.slice(0, -'.json'.length), await Bun.file(join(folder, file)).text())
    }
  }
  console.log(`
Orion is ready. Paste this into another terminal:

  curl -s ${url}/api/v1/data/orders -H 'content-type: application/json' \\
    -d '{"data":{"order_id":"ORD-9182","total":25000}}'

  The API, to read and try:  ${url}/docs
  Is it well:                ${url}/health

Ctrl-C stops it.
`)
}

/** Creates a definition and makes it active; one that exists, in whatever state, is left as it is. */
async function declare(kind: Kind, id: string, definition: string): Promise<void> {
  const noun = kind.slice(0, -1)
  const existing = await admin('GET', `${kind}/${id}`)
  if (existing.status === 200) {
    console.log(`==> The ${noun} "${id}" is declared already and left as it is`)
    return
  }
  await require2xx(`create the ${noun} "${id}"`, admin('POST', kind, definition))
  await require2xx(
    `activate the ${noun} "${id}"`,
    admin('PATCH', `${kind}/${id}/status`, JSON.stringify({ status: 'active' })),
  )
  console.log(`==> Declared the ${noun} "${id}" (examples/${kind}/${id}.json)`)
}

function admin(method: string, path: string, body?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...adminKey() }
  return fetch(`${url}/api/v1/admin/${path}`, { method, headers, ...(body !== undefined && { body }) })
}

/** The admin key, when the environment gives the server one. */
function adminKey(): Record<string, string> {
  const key =
    process.env.ORION_ADMIN_AUTH__API_KEYS?.split(',')[0]?.trim() ?? process.env.ORION_ADMIN_AUTH__API_KEY
  if (!key) return {}
  const header = process.env.ORION_ADMIN_AUTH__HEADER ?? 'Authorization'
  return { [header]: header.toLowerCase() === 'authorization' ? `Bearer ${key}` : key }
}

async function require2xx(what: string, answer: Promise<Response>): Promise<void> {
  const response = await answer
  if (!response.ok) fail(`Cannot ${what}: the server answers ${response.status} ${await response.text()}`)
}

async function waitForReady(): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS
  while (!(await isReady())) {
    if (!serverRuns()) fail('The server did not start; its own message stands above')
    if (performance.now() > deadline) fail(`The server is not ready after ${READY_DEADLINE_MS / 1000} s`)
    await Bun.sleep(POLL_MS)
  }
}

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

function serverRuns(): boolean {
  try {
    return process.kill(serverPid, 0)
  } catch {
    return false
  }
}

function fail(message: string): never {
  console.error(`error: ${message}`)
  process.exit(1)
}

await declareExamples()
