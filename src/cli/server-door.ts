import type { Json } from '../std/json.ts'
import { parseJson } from '../std/parse-json.ts'
import type { AdminDoor } from './admin-door.ts'
import type { Invocation, Terminal } from './command.ts'
import { readSettings } from './settings.ts'
import { UsageError } from './usage-error.ts'

const ADMIN_PATH = '/api/v1/admin'
/** Longer than any build that a server makes. */
const TIMEOUT_MS = 120_000
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** A server by its URL. Throws UsageError for one that cannot be. */
export async function openServerDoor(
  url: string,
  terminal: Terminal,
  invocation: Invocation,
): Promise<AdminDoor> {
  const root = readServerUrl(url)
  const key = invocation.values.get('--key') ?? terminal.env.ORION_ADMIN_KEY ?? ''
  const headers = keyHeaders(key, await keyHeader(terminal, invocation))
  const name = `the server at ${root}`
  return {
    name,
    async ask(method, path, body) {
      const response = await reach(name, () =>
        terminal.fetch(`${root}${ADMIN_PATH}/${path}`, {
          method,
          headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body }),
          // A redirect could take the key to somebody else.
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        }),
      )
      refuseForeign(response, name, key !== '')
      return { status: response.status, body: await reach(name, () => readAnswer(response, name)) }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Without what follows the path of the server. */
function readServerUrl(text: string): string {
  const url = URL.parse(text)
  const right = 'right would be http://127.0.0.1:8080 or https://orion.example.com'
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`the server must be the URL of an Orion server; ${right}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('the URL of the server holds credentials; give the admin key with ORION_ADMIN_KEY')
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UsageError(`the URL of the server goes on behind its path; ${right}`)
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/api\/v1(?:\/admin)?$/, '')
}

/** The header that carries the key, as the server's own configuration has it. */
async function keyHeader(terminal: Terminal, invocation: Invocation): Promise<string> {
  const fallback = terminal.env.ORION_ADMIN_AUTH__HEADER ?? 'Authorization'
  if (invocation.configPath === undefined) return fallback
  return (await readSettings(terminal, invocation)).config.admin_auth.header
}

function keyHeaders(key: string, header: string): Record<string, string> {
  if (key === '') return {}
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UsageError('the admin key holds white space or characters that no header can carry')
  }
  return { [header]: header.toLowerCase() === 'authorization' ? `Bearer ${key}` : key }
}

async function reach<Result>(name: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Unanswered) throw error
    throw new Unanswered(`Cannot ask ${name}: ${unreachable(error)}`)
  }
}

/** No answer, in a line that says what would be right. */
class Unanswered extends Error {}

function unreachable(error: unknown): string {
  const { code = '', name = '', message = '' } = Object(error)
  if (name === 'TimeoutError') return `it did not answer within ${TIMEOUT_MS / 1000} s`
  switch (String(code)) {
    case 'ConnectionRefused':
    case 'ECONNREFUSED':
      return 'nothing listens there; start it, or name its address with --server'
    case 'FailedToOpenSocket':
    case 'ENOTFOUND':
      return 'there is no such host, or it cannot be reached from here'
    case 'ConnectionClosed':
    case 'ECONNRESET':
      return 'it closed the connection; does it speak http where https was asked, or the other way round?'
    default:
      return /CERT|SELF_SIGNED|TLS|SSL/i.test(String(code))
        ? `its certificate cannot be trusted (${code}); name the file of its authority in NODE_EXTRA_CA_CERTS`
        : String(message)
  }
}

/** Refuses what no Orion answers, and what no request would mend. */
function refuseForeign({ status, headers }: Response, name: string, hasKey: boolean): void {
  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.get('location') ?? '')
    const where = target === null ? '' : ` to ${target.origin}`
    throw new Unanswered(`Cannot ask ${name}: it redirects${where}; name the URL itself with --server`)
  }
  if (status === 401) {
    const what = hasKey ? 'does not take this admin key' : 'asks for an admin key'
    throw new Unanswered(`Cannot ask ${name}: it ${what} (401); give it with --key or ORION_ADMIN_KEY`)
  }
}

async function readAnswer(response: Response, name: string): Promise<Json> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES) {
      throw new Unanswered(`Cannot ask ${name}: its answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    }
    chunks.push(chunk)
  }
  try {
    return parseJson(Buffer.concat(chunks, bytes))
  } catch {
    const type = response.headers.get('content-type') ?? 'nothing'
    throw new Unanswered(
      `Cannot ask ${name}: it answers ${response.status} with ${type}, as no Orion does; is the URL right?`,
    )
  }
}
