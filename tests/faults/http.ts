import { task } from '../harness/samples.ts'
import type { FarSystem, RunningSystem } from './far-system.ts'

/** A small server of this process. */
async function start(): Promise<RunningSystem> {
  let writes = 0
  const open = (port: number) =>
    Bun.serve({
      hostname: '127.0.0.1',
      port,
      fetch(request) {
        if (request.method === 'POST') writes++
        return Response.json({ writes })
      },
    })
  let server = open(0)
  const { port } = server
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => server.stop(true),
    async start() {
      server = open(port ?? 0)
    },
    writes: () => Promise.resolve(writes),
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

export const http: FarSystem = {
  name: 'HTTP',
  needs: [],
  start,
  connector: url => ({
    connector_type: 'http',
    config: { url, allow_private_urls: true, retry: { max_retries: 2, retry_delay_ms: 10 } },
  }),
  read: task('http_call', { connector: 'far', path: '/read', output: 'data.read' }),
  write: task('http_call', {
    connector: 'far',
    method: 'POST',
    path: '/write',
    body: {},
    output: 'data.write',
  }),
}
