import type { Principal } from '../auth/principal.ts'
import { SECRET_NAME } from '../config/reference.ts'
import type { Source } from '../dispatch/live.ts'
import { OrionError, validationError } from '../errors.ts'
import { PutSecret, type SecretView, type StoredSecret } from '../secrets/definition.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import { HOW_TO_SET_A_KEY, type OpenSecretsOf } from '../secrets/open-secrets.ts'
import { namedSecrets } from '../secrets/uses.ts'
import { timestamp } from '../std/clock.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { DEFAULT_SCOPE } from '../storage/scope.ts'
import type { Listed, Page, Statement } from '../storage/store.ts'
import type { Deed } from './audit.ts'
import { checked, objectBody } from './bodies.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'
import { retryOnce } from './retry.ts'
import { workflowsNaming } from './secret-uses.ts'
import { byText } from './source-order.ts'

/** Stored secrets; their values go in and never come out. */
export interface SecretCatalog {
  list(page: Page): Promise<Listed<SecretView>>
  /** Stores a value under a name, new or not; live when it answers. BAD_REQUEST without a key. */
  put(by: Principal, name: string, body: unknown): Promise<SecretView>
  /** CONFLICT that names whatever uses it; NOT_FOUND. */
  delete(by: Principal, name: string): Promise<void>
}

/** Each is decrypted whenever a snapshot is built. */
const MAX_SECRETS = 1000

export function secretCatalog(ring: KeyRing, openSecrets: OpenSecretsOf, parts: Parts): SecretCatalog {
  const { store, live, clock } = parts
  const view = ({ name, version, key_id, created_at, updated_at }: StoredSecret): SecretView => {
    return { name, version, readable: ring.has(key_id), created_at, updated_at }
  }
  const stored = async () => (await store.secrets.all()).rows
  const commit = (statement: Statement, { by, name, ...deed }: SecretDeed) =>
    commitDeed(parts, [statement], { by, type: 'secret', id: name, ...deed })
  return {
    async list({ limit, offset }) {
      const rows = await stored()
      return { rows: rows.slice(offset, offset + limit).map(view), total: rows.length }
    },
    put(by, name, body) {
      checkName(name)
      const value = valueIn(body)
      if (openSecrets([]).isConfigured(name)) throw configured(name)
      if (!ring.canSeal) throw new OrionError('BAD_REQUEST', `Secrets cannot be stored: ${HOW_TO_SET_A_KEY}`)
      return retryOnce(`secret '${name}'`, superseded =>
        live.change({
          decide: async () => {
            const rows = await stored()
            const before = rows.find(row => row.name === name)
            if (before === undefined && rows.length >= MAX_SECRETS) throw tooMany()
            const at = timestamp(clock.now())
            const version = (before?.version ?? 0) + 1
            const sealed = ring.seal(value, { tenant: DEFAULT_SCOPE.tenant, name, version })
            const row = { name, version, ...sealed, created_at: before?.created_at ?? at, updated_at: at }
            const { secrets } = store
            const statement = before ? secrets.replace(row, before, superseded) : secrets.insert(row)
            const action = before === undefined ? 'create' : 'update'
            const versions = { before: before && { version: before.version }, after: { version } }
            return {
              edit: source => withSecret(source, name, row),
              commit: () => commit(statement, { by, name, action, ...versions }),
              result: view(row),
            }
          },
        }),
      )
    },
    delete(by, name) {
      return live.change({
        decide: async () => {
          const row = (await stored()).find(one => one.name === name)
          if (row === undefined) throw notFound(name)
          const statement = store.secrets.delete(name, () => notFound(name))
          const before = { version: row.version }
          return {
            edit: (source: Source) => {
              refuseUsed(source, name)
              return withSecret(source, name, undefined)
            },
            commit: () => commit(statement, { by, name, action: 'delete', before }),
            result: undefined,
          }
        },
      })
    },
  }
}

type SecretDeed = Pick<Deed, 'by' | 'action' | 'before' | 'after'> & { readonly name: string }

/** Throws VALIDATION_ERROR, which never quotes the value. */
function valueIn(body: unknown): string {
  const given = objectBody(body)
  const problems = schemaProblems(PutSecret, given).map(({ got: _, ...detail }) => detail)
  const { value } = checked(PutSecret, given, problems)
  if (value.isWellFormed()) return value
  const message = 'value holds half of a surrogate pair'
  throw validationError([{ path: 'value', code: 'INVALID_FORMAT', message, expected: 'a text' }])
}

function checkName(name: string): void {
  if (SECRET_NAME.test(name)) return
  const expected = 'a letter or _, then letters, digits, _ . -, 128 characters at most'
  const message = 'this is no name of a secret'
  throw validationError([{ path: 'name', code: 'INVALID_FORMAT', message, expected }])
}

function withSecret(source: Source, name: string, row: StoredSecret | undefined): Source {
  const others = source.secrets.filter(other => other.name !== name)
  const secrets = row === undefined ? others : [...others, row].toSorted((a, b) => byText(a.name, b.name))
  return { ...source, secrets }
}

const MAX_NAMED = 5

function refuseUsed({ connectors, channels, workflows }: Source, name: string): void {
  const users = [
    ...connectors.filter(({ config }) => namedSecrets(config).has(name)).map(row => `connector '${row.id}'`),
    ...channels
      .filter(({ config }) => namedSecrets(config.auth ?? null).has(name))
      .map(row => `channel '${row.channel_id}'`),
    ...workflowsNaming(workflows, name).map(row => `workflow '${row.workflow_id}'`),
  ]
  if (users.length === 0) return
  const more = users.length > MAX_NAMED ? ` and ${users.length - MAX_NAMED} more` : ''
  const named = users.slice(0, MAX_NAMED).join(', ')
  throw new OrionError('CONFLICT', `Secret '${name}' is used by ${named}${more}; take it out of them first`)
}

function configured(name: string): OrionError {
  const why = 'is set by the configuration (secrets.values), which beats a stored one'
  return new OrionError('CONFLICT', `Secret '${name}' ${why}`)
}

function tooMany(): OrionError {
  return new OrionError(
    'CONFLICT',
    `There are ${MAX_SECRETS} stored secrets, which is the most; delete some first`,
  )
}

function notFound(name: string): OrionError {
  return new OrionError('NOT_FOUND', `Secret '${name}' not found`)
}
