import type { JsonObject } from '../../src/std/json.ts'
import { type Canary, canary } from '../harness/canary.ts'
import { channel, task } from '../harness/samples.ts'
import type { World } from './world.ts'

/** One place where a secret is kept. A new kind of connector, or of auth, adds its row. */
interface Place {
  readonly name: string
  plant(world: World, secret: string): void
}

/** In an URL, where it must be encoded. */
const inUrl = encodeURIComponent

function http(name: string, config: (secret: string) => object): Place {
  return connector(name, 'http', secret => ({ url: 'http://127.0.0.1:9/', ...config(secret) }))
}

function connector(name: string, type: string, config: (secret: string) => object): Place {
  return { name, plant: (world, secret) => world.connector(name, type, config(secret)) }
}

/** A channel; requests are sent to it that its own key does not open, and some that it does. */
function auth(name: string, config: (secret: string, world: World) => JsonObject): Place {
  return { name, plant: (world, secret) => world.channel(name, config(secret, world), secret) }
}

/** A task that names a secret, and does or fails with it. */
function named(
  name: string,
  store: (world: World, secret: string) => string,
  input: (secret: object) => object,
): Place {
  return {
    name,
    plant(world, secret) {
      const rule = { secret: store(world, secret) }
      world.workflow(name, [task('cache_read', { connector: 'memory', output: 'data.read', ...input(rule) })])
    },
  }
}

const PLACES: readonly Place[] = [
  http('bearer', token => ({ auth: { type: 'bearer', token } })),
  http('basic', password => ({ auth: { type: 'basic', username: 'ann', password } })),
  http('apikey', key => ({ auth: { type: 'apikey', header: 'x-key', key } })),
  http('oauth2', client_secret => ({
    auth: {
      type: 'oauth2_client_credentials',
      token_url: 'http://127.0.0.1:9/',
      client_id: 'ann',
      client_secret,
    },
  })),
  http('header', secret => ({ headers: { 'x-any': secret } })),
  http('url-password', secret => ({ url: `http://ann:${inUrl(secret)}@127.0.0.1:9/` })),
  http('url-query', secret => ({ url: `http://127.0.0.1:9/?api_key=${inUrl(secret)}` })),
  connector('database', 'db', secret => ({
    connection_string: `postgres://ann:${inUrl(secret)}@127.0.0.1:9/db`,
  })),
  connector('redis', 'cache', secret => ({ backend: 'redis', url: `redis://:${inUrl(secret)}@127.0.0.1:9` })),
  connector('broker', 'kafka', secret => ({
    brokers: [`kafka://ann:${inUrl(secret)}@127.0.0.1:9`],
    topic: 't',
  })),
  connector('bucket', 'storage', password => ({
    provider: 's3',
    auth: { type: 'basic', username: 'ann', password },
  })),
  {
    name: 'variable',
    plant(world, secret) {
      world.env.CANARY_VARIABLE = secret
      world.connector('variable', 'http', {
        url: 'http://127.0.0.1:9/',
        auth: { type: 'bearer', token: 'env://CANARY_VARIABLE' },
      })
    },
  },
  {
    name: 'placeholder',
    plant(world, secret) {
      world.env.CANARY_PLACEHOLDER = secret
      const headers = { a: `Key \${CANARY_PLACEHOLDER}`, b: `\${NOWHERE:-\${CANARY_PLACEHOLDER}}` }
      world.connector('placeholder', 'http', { url: 'http://127.0.0.1:9/', headers })
    },
  },
  {
    name: 'misfit',
    plant(world, secret) {
      world.env.CANARY_MISFIT = `${secret}\r\n`
      world.connector('misfit-url', 'http', { url: 'env://CANARY_MISFIT' })
      world.connector('misfit-why', 'cache', { backend: 'memory', url: `\${NOWHERE:?\${CANARY_MISFIT}}` })
    },
  },
  {
    name: 'file',
    plant: (world, secret) =>
      world.connector('file', 'db', {
        connection_string: world.file('file', `postgres://ann:${inUrl(secret)}@127.0.0.1:9/`),
      }),
  },
  {
    name: 'stored',
    plant(world, secret) {
      world.stored('in-connector', secret)
      world.connector('stored', 'http', {
        url: 'http://127.0.0.1:9/',
        auth: { type: 'bearer', token: 'secret://in-connector' },
      })
    },
  },
  auth('api-key', key => ({ mode: 'api_key', header: 'x-key', keys: [key] })),
  auth('api-key-variable', (key, world) => {
    world.env.CANARY_API_KEY = key
    return { mode: 'api_key', header: 'x-key', keys: ['env://CANARY_API_KEY'] }
  }),
  auth('api-key-file', (key, world) => ({
    mode: 'api_key',
    header: 'x-key',
    keys: [world.file('api-key', key)],
  })),
  auth('hmac', secret => ({ mode: 'hmac', secret })),
  auth('hmac-stored', (secret, world) => {
    world.stored('in-channel', secret)
    return { mode: 'hmac', secret: 'secret://in-channel' }
  }),
  auth('jwt', key => ({ mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key }] })),
  {
    name: 'refused-auth',
    plant(world, secret) {
      const bad = { mode: 'jwt', algorithms: ['RS256'], jwt_keys: [{ algorithm: 'RS256', key: secret }] }
      world.refused('channels', channel('refused', { config: { auth: bad } }))
      world.refused('connectors', {
        name: 'r',
        connector_type: 'http',
        config: { url: 7, auth: { token: [secret] } },
      })
      world.refused('connectors', { name: 'r', connector_type: 'http', config: { url: `Bad \${${secret}` } })
      world.refused('connectors', {
        name: 'r',
        connector_type: 'db',
        config: { password: `${secret} env://X` },
      })
    },
  },
  named(
    'config-secret',
    (world, secret) => world.configured('written', secret),
    rule => ({ key: { cat: ['k', rule] } }),
  ),
  named(
    'config-secret-variable',
    (world, secret) => {
      world.env.CANARY_CONFIG = secret
      return world.configured('from-variable', 'env://CANARY_CONFIG')
    },
    rule => ({ key: [rule, { split: [rule, ''] }] }),
  ),
  named(
    'stored-secret',
    (world, secret) => world.stored('thrown', secret),
    rule => ({ key: { throw: rule } }),
  ),
  named(
    'stored-secret-unreachable',
    (world, secret) => world.stored('sent', secret),
    rule => ({
      connector: 'nowhere',
      key: { map: [{ split: [rule, ''] }, { var: '' }] },
    }),
  ),
  { name: 'admin-key', plant: (world, secret) => world.adminKey(secret) },
]

/** Each place with a canary of its own. */
export const planted: readonly { readonly place: Place; readonly canary: Canary }[] = PLACES.map(
  (place, at) => ({
    place,
    canary: canary(place.name, at),
  }),
)
