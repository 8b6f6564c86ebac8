import { SignJWT } from 'jose'
import { isObject, type Json, own } from '../../src/std/json.ts'
import { type Client, openClient, type Send } from '../harness/client.ts'
import type { Caller, World } from './world.ts'

/** What a server answered. */
export interface Heard {
  /** Method and path. */
  readonly asked: string
  readonly status: number
  /** Headers and body. */
  readonly text: string
}

/**
 * Declares a world and sends whatever may make a secret come out: traffic that works and fails, changes, and every read
 * that there is. Gives every answer.
 */
export async function drive(world: World, send: Send): Promise<Heard[]> {
  const heard: Heard[] = []
  const client = openClient(async (path, init) => {
    const response = await send(path, init)
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join('')
    const asked = `${init.method} ${path}`
    heard.push({ asked, status: response.status, text: headers + (await response.clone().text()) })
    return response
  })
  await world.declare(client)
  await traffic(world, client)
  await changes(world, client)
  await reads(client)
  return heard
}

const EXPLAIN = { 'x-orion-explain': '1', 'x-orion-profile': '1' }

async function traffic({ channels }: World, client: Client): Promise<void> {
  for (const { name, caller } of channels) {
    const send = (headers: Readonly<Record<string, string>>) =>
      client.request('POST', `/api/v1/data/${name}`, {
        body: { data: {} },
        headers: { ...EXPLAIN, ...headers },
      })
    await send({})
    await send({ authorization: 'Bearer wrong', 'x-key': 'wrong', 'x-signature': 'wrong' })
    if (caller !== undefined) await send(await credentials(caller))
  }
}

/** What opens a channel. */
async function credentials({ mode, secret }: Caller): Promise<Record<string, string>> {
  if (mode === 'api_key') return { 'x-key': secret }
  if (mode === 'hmac') {
    const body = JSON.stringify({ data: {} })
    return { 'x-signature': new Bun.CryptoHasher('sha256', secret).update(body).digest('hex') }
  }
  const claims = new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h')
  return { authorization: `Bearer ${await claims.sign(Buffer.from(secret))}` }
}

async function changes({ connectors, channels }: World, client: Client): Promise<void> {
  const admin = (method: string, path: string, body?: Json) =>
    client.request(method, `/api/v1/admin/${path}`, body === undefined ? {} : { body })
  for (const body of connectors) {
    const path = `connectors/${String(body.id)}`
    const shown = (await admin('GET', path)).at('data.config_json')
    if (typeof shown === 'string') await admin('PUT', path, { config: JSON.parse(shown) })
    await admin('PUT', path, { connector_type: 'storage' })
    await admin('PUT', path, { config: { ...configOf(body.config), retry: 'zz', strange: 1 } })
    await admin('POST', 'connectors', body)
    await admin('POST', `${path}/test`)
  }
  for (const { name } of channels) {
    await admin('POST', `workflows/${name}/test`, { data: {}, explain: true })
    const shown = (await admin('GET', `channels/${name}`)).at('data')
    if (isObject(shown)) await admin('POST', 'channels/validate', { ...shown, name: '' })
    await admin('POST', `channels/${name}/versions`)
    const config = isObject(shown) ? own(shown, 'config') : undefined
    await admin('PUT', `channels/${name}`, { config: { ...configOf(config ?? null), cors: 7 } })
    await admin('DELETE', `secrets/${name}`)
  }
  for (const name of ['in-connector', 'in-channel', 'thrown']) await admin('DELETE', `secrets/${name}`)
  await admin('POST', 'connectors/reload')
  await admin('POST', 'engine/reload')
}

function configOf(config: Json | undefined): Record<string, Json> {
  return isObject(config) ? config : {}
}

/** Every GET of the document, for every id that there is. */
async function reads(client: Client): Promise<void> {
  const document = (await client.request('GET', '/api/v1/openapi.json')).at('paths')
  const paths = isObject(document) ? Object.keys(document).filter(path => isGet(document[path])) : []
  for (const path of paths) {
    for (const id of path.includes('{') ? await idsOf(client, path) : ['']) {
      await client.request('GET', path.replace(/\{\w+\}/, encodeURIComponent(id)))
    }
  }
  for (const path of ['/metrics', '/docs/', '/api/v1/admin/audit-logs?limit=1000'])
    await client.request('GET', path)
}

function isGet(item: Json | undefined): boolean {
  return isObject(item) && Object.hasOwn(item, 'get')
}

async function idsOf(client: Client, path: string): Promise<string[]> {
  const list = await client.request('GET', `${path.slice(0, path.indexOf('/{'))}?limit=1000`)
  const rows = list.at('data')
  if (!Array.isArray(rows)) return []
  return rows.flatMap(row => {
    if (!isObject(row)) return []
    const id = own(row, 'workflow_id') ?? own(row, 'id') ?? own(row, 'name')
    const ofChannel = path.includes('/channels/') ? own(row, 'channel_id') : id
    return [String(ofChannel ?? id)]
  })
}
