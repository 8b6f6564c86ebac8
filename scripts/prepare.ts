import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildBinary } from './build.ts'
import { ROOT } from './root.ts'
import { listenAddress } from './start-address.ts'

/** What `./scripts/start` does before the server takes its process over: folder, port, executable. */
async function prepare(): Promise<void> {
  await mkdir(join(ROOT, '.orion'), { recursive: true })
  requireFreePort()
  if (await buildBinary()) console.log('==> Built dist/orion-server')
}

function requireFreePort(): void {
  const { host, port } = listenAddress()
  try {
    Bun.listen({ hostname: host, port, socket: { data: () => undefined } }).stop(true)
  } catch (error) {
    console.error(`error: Cannot listen on ${host}:${port}: ${reasonOf(error)}`)
    console.error('  If an Orion runs there already, use that one; otherwise choose another port:')
    console.error(`  PORT=${port + 1} ./scripts/start`)
    process.exit(1)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && error.code === 'EADDRINUSE' ? 'the port is in use' : error.message
}

await prepare()
