import { type App, openApp } from '../harness/app.ts'
import type { Answer } from '../harness/client.ts'
import { openLoopLag } from '../harness/loop-lag.ts'
import { channel, workflow } from '../harness/samples.ts'
import { openProxy, type TcpProxy } from '../harness/tcp-proxy.ts'
import type { FarSystem, RunningSystem } from './far-system.ts'

/** Deadline of every call. */
export const DEADLINE_MS = 300
/** Failures in a row that open a breaker. */
export const THRESHOLD = 3
const CONFIG = `
[engine.circuit_breaker]
enabled = true
failure_threshold = ${THRESHOLD}
recovery_timeout_secs = 1
`

export const CHANNELS = ['read', 'write'] as const

/** An answer and how long it took, the lateness of this process left out. */
export interface Timed {
  readonly answer: Answer
  readonly tookMs: number
}

/** Orion in front of a proxy in front of a system; two channels `read` and `write` call over it. */
export interface Stage extends AsyncDisposable {
  readonly app: App
  readonly proxy: TcpProxy
  /** Calls of `write` so far, and how many of them were answered well. */
  readonly wrote: { readonly asked: number; readonly done: number }
  call(name: (typeof CHANNELS)[number]): Promise<Timed>
}

export async function openStage(system: FarSystem, running: RunningSystem): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const { hostname, port } = new URL(running.url)
  const proxy = opened.use(await openProxy({ host: hostname, port: Number(port) }))
  const app = opened.use(await openApp({ config: CONFIG }))
  const { client } = app
  const connector = { id: 'far', name: 'far', ...system.connector(proxy.through(running.url)) }
  const created = await client.admin('POST', 'connectors', connector)
  if (created.status !== 201) throw new Error(`Cannot create the connector: ${created.text}`)
  for (const name of CHANNELS) {
    const config = { timeout_ms: DEADLINE_MS }
    await client.declare(workflow(name, [system[name]]), channel(name, { config }))
  }
  const wrote = { asked: 0, done: 0 }
  const owned = opened.move()
  return {
    app,
    proxy,
    wrote,
    async call(name) {
      using lag = openLoopLag()
      const beganMs = performance.now()
      if (name === 'write') wrote.asked++
      const answer = await client.post(name, {})
      if (name === 'write' && answer.status === 200) wrote.done++
      return { answer, tookMs: performance.now() - beganMs - lag.worstMs }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
