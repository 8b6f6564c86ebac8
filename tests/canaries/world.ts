import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/std/json.ts'
import type { Client } from '../harness/client.ts'
import { channel, mapTask, workflow } from '../harness/samples.ts'

interface DeclaredChannel {
  readonly name: string
  /** Who may ask; undefined: everybody. */
  readonly caller: Caller | undefined
}

export interface Caller {
  /** Of `auth`. */
  readonly mode: string
  readonly secret: string
}

/** What a server is given before it starts, and what is declared then. */
export class World {
  readonly env: Record<string, string> = {
    ORION_SECRETS__KEY: Buffer.alloc(32, 7).toString('base64'),
    ORION_ENGINE__CIRCUIT_BREAKER__ENABLED: 'true',
    ORION_TRACING__DEBUG_PROFILE_ENABLED: 'true',
    ORION_LOGGING__LEVEL: 'trace',
    ORION_LOGGING__FORMAT: 'json',
  }
  readonly channels: DeclaredChannel[] = []
  readonly #folder: string
  readonly #secrets: Record<string, string> = {}
  readonly #steps: ((client: Client) => Promise<unknown>)[] = []
  /** Of connectors and channels, as they are sent again. */
  readonly connectors: JsonObject[] = []

  /** `folder` is where its secret files are. */
  constructor(folder: string) {
    this.#folder = folder
    this.env.ORION_SECRETS__FILE_DIRS = folder
    this.#steps.push(client => client.declare(echo('open')))
    this.connector('memory', 'cache', { backend: 'memory' })
    this.connector('nowhere', 'cache', { backend: 'redis', url: 'redis://127.0.0.1:9' })
  }

  /** Text of the configuration file. */
  get config(): string {
    const lines = Object.entries(this.#secrets).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    return `[secrets.values]\n${lines.join('')}`
  }

  connector(id: string, connector_type: string, config: object): void {
    const body = { id, name: id, connector_type, config: { ...config } }
    this.connectors.push(body)
    this.#steps.push(client => client.admin('POST', 'connectors', body))
  }

  /** An active channel that answers with everything it knows of a request. */
  channel(name: string, auth: JsonObject, secret: string): void {
    const config = { auth, explain: true, tracing: { mode: 'sync' } }
    this.channels.push({ name, caller: { mode: String(auth.mode), secret } })
    this.#steps.push(async client => {
      await client.admin('POST', 'channels', channel(name, { workflow_id: 'open', config }))
      await client.setStatus('channels', name, 'active')
    })
  }

  workflow(name: string, tasks: readonly JsonObject[]): void {
    this.channels.push({ name, caller: undefined })
    this.#steps.push(client =>
      client.declare(workflow(name, [...tasks]), channel(name, { config: { explain: true } })),
    )
  }

  /** Something that is refused because of what it is. */
  refused(kind: string, body: JsonObject): void {
    this.#steps.push(client => client.admin('POST', kind, body))
    this.#steps.push(client => client.admin('POST', `${kind}/validate`, body))
  }

  /** The reference to a secret file. */
  file(name: string, text: string): string {
    const path = join(this.#folder, name)
    writeFileSync(path, text)
    return `file://${path}`
  }

  stored(name: string, value: string): string {
    this.#steps.unshift(client => client.admin('PUT', `secrets/${name}`, { value }))
    return name
  }

  configured(name: string, value: string): string {
    this.#secrets[name] = value
    return name
  }

  adminKey(key: string): void {
    this.env.ORION_ADMIN_AUTH__ENABLED = 'true'
    this.env.ORION_ADMIN_AUTH__API_KEY = key
  }

  async declare(client: Client): Promise<void> {
    for (const step of this.#steps) await step(client)
  }
}

function echo(id: string): JsonObject {
  return workflow(id, [mapTask('m', { 'data.seen': { var: 'metadata' } })])
}
