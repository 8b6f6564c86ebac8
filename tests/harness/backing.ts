import { RedisClient, SQL } from 'bun'
import type { BackingName } from '../../scripts/backing/backing.ts'
import { BACKINGS } from '../../scripts/backing/index.ts'
import { ownUrl } from '../../scripts/backing/missing.ts'
import { CHECKOUT_STATES, readState } from '../../scripts/backing/state.ts'
import { type Supervised, superviseHere } from '../../scripts/backing/supervisor.ts'

/** Where a test finds a database or a cache. */
export interface Address {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** A service that every test of this run shares: who changes more than a database of their own takes a private one. */
export interface SharedService extends Address {
  /** Where it speaks TLS and the certificate to trust; undefined for a tester's own service. */
  readonly tls: { readonly port: number; readonly certificate: string } | undefined
  /** An empty database for one test, with a user that sees nothing else; in Redis one of its numbered databases. */
  freshDatabase(): Promise<Address & AsyncDisposable>
}

/** A service of one test alone, gone when it is disposed of. Its port and its data outlive stops. */
export interface PrivateService extends SharedService, AsyncDisposable {
  start(): Promise<void>
  stop(): Promise<void>
  /** As a crash of its machine would end it, though what it had written is kept. */
  kill9(): Promise<void>
  restart(): Promise<void>
}

export const postgres = (): Promise<SharedService> => shared('postgres')
export const mysql = (): Promise<SharedService> => shared('mariadb')
export const redis = (): Promise<SharedService> => shared('redis')

export const privatePostgres = (): Promise<PrivateService> => privateOf('postgres')
export const privateMysql = (): Promise<PrivateService> => privateOf('mariadb')
export const privateRedis = (): Promise<PrivateService> => privateOf('redis')

/** What nobody holds any more could be closed, and would stop. */
const kept: Supervised[] = []
const started = new Map<BackingName, Promise<SharedService>>()

function shared(name: BackingName): Promise<SharedService> {
  const known = started.get(name)
  if (known !== undefined) return known
  const opened = findOrStart(name)
  started.set(name, opened)
  return opened
}

/** The tester's own; or what `./scripts/test` or `./scripts/services` started; or one that lives as long as this run. */
async function findOrStart(name: BackingName): Promise<SharedService> {
  const own = ownUrl(BACKINGS[name])
  if (own !== undefined) return serviceAt(name, addressOf(own))
  for (const folder of [process.env.ORION_TEST_SERVICES, CHECKOUT_STATES]) {
    const state = folder === undefined ? undefined : await readState(folder, name)
    if (state !== undefined) return serviceOf({ state })
  }
  const supervised = await superviseHere(name)
  kept.push(supervised)
  return serviceOf(supervised)
}

async function privateOf(name: BackingName): Promise<PrivateService> {
  const supervised = await superviseHere(name)
  return {
    ...serviceOf(supervised),
    start: () => supervised.order('start'),
    stop: () => supervised.order('stop'),
    kill9: () => supervised.order('kill9'),
    async restart() {
      await supervised.order('stop')
      await supervised.order('start')
    },
    [Symbol.asyncDispose]: () => supervised[Symbol.asyncDispose](),
  }
}

function serviceOf({ state }: Pick<Supervised, 'state'>): SharedService {
  const tlsPort = state.name === 'redis' ? state.tlsPort : state.port
  return serviceAt(state.name, addressOf(state.url), { port: tlsPort, certificate: state.certificate })
}

function serviceAt(name: BackingName, address: Address, tls?: SharedService['tls']): SharedService {
  return { ...address, tls, freshDatabase: () => FRESH[name](address) }
}

function addressOf(url: string): Address {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    url,
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  }
}

const FRESH: Readonly<Record<BackingName, (address: Address) => Promise<Address & AsyncDisposable>>> = {
  postgres: address =>
    freshSql(address, name => ({
      create: [
        `CREATE ROLE ${name} LOGIN PASSWORD '${name}'`,
        `CREATE DATABASE ${name} OWNER ${name}`,
        `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`,
      ],
      drop: [`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`],
    })),
  mariadb: address =>
    freshSql(address, name => ({
      create: [
        `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
        `CREATE USER ${name} IDENTIFIED BY '${name}'`,
        `GRANT ALL ON ${name}.* TO ${name}`,
      ],
      drop: [`DROP DATABASE ${name}`, `DROP USER ${name}`],
    })),
  redis: freshRedis,
}

interface Statements {
  readonly create: readonly string[]
  readonly drop: readonly string[]
}

async function freshSql(address: Address, statementsFor: (name: string) => Statements) {
  const name = `test_${crypto.randomUUID().slice(0, 13).replace('-', '')}`
  const { create, drop } = statementsFor(name)
  await runSql(address.url, create)
  return {
    ...at(address, { user: name, password: name, database: name }),
    [Symbol.asyncDispose]: () => runSql(address.url, drop),
  }
}

async function runSql(url: string, statements: readonly string[]): Promise<void> {
  const sql = new SQL(url, { max: 1 })
  try {
    for (const statement of statements) await sql.unsafe(statement)
  } finally {
    await sql.close()
  }
}

/** Claims are kept in database 0, so that runs beside each other take different ones. */
async function freshRedis(address: Address): Promise<Address & AsyncDisposable> {
  const claims = new RedisClient(address.url)
  try {
    for (let number = 1; ; number++) {
      const claim = `orion-test:database:${number}`
      if ((await claims.send('SET', [claim, String(process.pid), 'NX', 'EX', '3600'])) === null) continue
      const database = String(number)
      await claims.send('SELECT', [database])
      const isEmpty = (await claims.send('DBSIZE', [])) === 0
      await claims.send('SELECT', ['0'])
      if (!isEmpty) continue
      const found = at(address, { user: address.user, password: address.password, database })
      return { ...found, [Symbol.asyncDispose]: () => releaseRedis(address, found, claim) }
    }
  } finally {
    claims.close()
  }
}

async function releaseRedis(address: Address, { url }: Address, claim: string): Promise<void> {
  for (const [target, command] of [
    [url, ['FLUSHDB']],
    [address.url, ['DEL', claim]],
  ] as const) {
    const client = new RedisClient(target)
    const [name, ...words] = command
    await client.send(name, words)
    client.close()
  }
}

function at(
  address: Address,
  { user, password, database }: Pick<Address, 'user' | 'password' | 'database'>,
): Address {
  const url = new URL(address.url)
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  url.pathname = `/${database}`
  return { ...address, url: url.href, user, password, database }
}
