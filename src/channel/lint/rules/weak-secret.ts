import { isReference } from '../../../config/reference.ts'
import { MASK } from '../../../connector/secret-text.ts'
import { isObject, type Json, own } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const weakSecret: ChannelRule = {
  name: 'weak-secret',
  summary:
    'A shared secret of `auth` that can be guessed by whoever has seen one signature: it has fewer than 16 bytes, or ' +
    'repeats a few characters.',
  example: {
    wrong: guardedBy({ auth: { mode: 'hmac', secret: 'changeme' } }),
    at: 'config.auth.secret',
    right: guardedBy({ auth: { mode: 'hmac', secret: '7f4c1e90b2d86a35e1f7093bd4c85a26' } }),
  },
  *check({ config }) {
    if (valueAt(config, 'auth.mode') === 'hmac') {
      yield* judged('config.auth.secret', valueAt(config, 'auth.secret'))
    }
    const keys = valueAt(config, 'auth.mode') === 'jwt' ? valueAt(config, 'auth.jwt_keys') : undefined
    for (const [at, key] of (Array.isArray(keys) ? keys : []).entries()) {
      const algorithm = isObject(key) ? own(key, 'algorithm') : undefined
      if (!isObject(key) || typeof algorithm !== 'string' || !algorithm.startsWith('HS')) continue
      yield* judged(`config.auth.jwt_keys[${at}].key`, own(key, 'key'))
    }
  },
}

const MIN_BYTES = 16
const MIN_CHARACTERS = 6

function* judged(path: string, secret: Json | undefined): Iterable<Warning> {
  if (typeof secret !== 'string' || secret === MASK || isReference(secret)) return
  const isShort = Buffer.byteLength(secret) < MIN_BYTES
  if (!isShort && new Set(secret).size >= MIN_CHARACTERS) return
  const fault = isShort ? `has fewer than ${MIN_BYTES} bytes` : 'repeats a few characters'
  yield {
    path,
    message: `the secret ${fault}, so whoever has seen one signature can guess it`,
    expected: `at least ${MIN_BYTES} bytes of chance: openssl rand -hex 32`,
  }
}
