import type { Config } from '../config/schema.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import { openKeyRing } from '../secrets/open-key-ring.ts'
import { HOW_TO_SET_A_KEY } from '../secrets/open-secrets.ts'
import { rotationOf } from '../secrets/rotate.ts'
import { openStore } from '../storage/open-store.ts'
import { DEFAULT_SCOPE } from '../storage/scope.ts'
import type { Store } from '../storage/store.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { loadSettings } from './settings.ts'

export const secrets: Command = {
  name: 'secrets',
  summary: 'List the stored secrets, or encrypt them anew',
  details: `\`list\` prints names, versions and whether a configured key decrypts each; never a value. \`rotate\` encrypts
all of them with secrets.key, in one transaction: start the servers with the new key as secrets.key and the one
before among secrets.previous_keys, rotate, then take the previous one away. The database may belong to a server
that runs. Nothing is written when one of them cannot be decrypted; exit code 1 names it.`,
  example: 'orion-server -c orion.toml secrets rotate',
  operands: 'list|rotate',
  flags: [],
  async run(terminal, invocation) {
    const [action, ...more] = invocation.operands
    if (more.length > 0 || (action !== 'list' && action !== 'rotate')) {
      terminal.stderr(`Error: secrets takes "list" or "rotate", not "${invocation.operands.join(' ')}"\n`)
      return EXIT.usage
    }
    const { config } = await loadSettings(terminal, invocation)
    const ring = openKeyRing(config.secrets)
    await using store = await open(config, terminal)
    terminal.stdout(action === 'list' ? await listed(store, ring) : await rotated(store, ring))
    return EXIT.done
  },
}

function open({ storage }: Config, { clock }: Terminal): Promise<Store> {
  return openStore({
    url: storage.url.reveal(),
    busyTimeoutMs: storage.busy_timeout_ms,
    walLimitMb: storage.wal_limit_mb,
    clock,
    log: { write: () => undefined },
  })
}

async function listed({ secrets: stored }: Store, ring: KeyRing): Promise<string> {
  const { rows } = await stored.all()
  if (rows.length === 0) return 'No stored secrets.\n'
  return rows
    .map(({ name, version, key_id }) => `${name}  version ${version}  ${keyText(key_id, ring)}\n`)
    .join('')
}

function keyText(id: string, ring: KeyRing): string {
  if (ring.isCurrent(id)) return 'current key'
  return ring.has(id) ? 'previous key' : 'no key'
}

/** Throws when there is no key, or one of them opens with none. */
async function rotated(store: Store, ring: KeyRing): Promise<string> {
  if (!ring.canSeal) throw new Error(`There is no key to encrypt with: ${HOW_TO_SET_A_KEY}`)
  const { rows } = await store.secrets.all()
  const { rotations, unreadable } = rotationOf(rows, ring, DEFAULT_SCOPE.tenant)
  if (unreadable.length > 0) {
    const names = unreadable.map(name => `'${name}'`).join(', ')
    throw new Error(
      `None of the keys decrypts ${names}; put the key into secrets.previous_keys. Nothing was changed`,
    )
  }
  const changed = () => new Error('Somebody changed a secret at this moment, so nothing was; try again')
  const statements = rotations.map(({ before, after }) => store.secrets.replace(after, before, changed))
  if (statements.length > 0) await store.commit({ statements, durability: 'full' })
  return `${rotations.length} of ${rows.length} stored secrets encrypted anew.\n`
}
