import type { JwtAlgorithm } from '../../../auth/channel/definition.ts'
import { MASK } from '../../../connector/secret-text.ts'
import { isObject, type Json, own } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const weakSecret: ChannelRule = {
  name: 'weak-secret',
  summary:
    'A shared secret of `auth` that can be guessed from one signature: fewer than 16 bytes for `hmac`, fewer than the ' +
    'digest has for HS256 (32), HS384 (48) and HS512 (64), or made of a handful of characters.',
  example: {
    wrong: guardedBy({ auth: { mode: 'hmac', secret: 'changeme' } }),
    at: 'config.auth.secret',
    right: guardedBy({ auth: { mode: 'hmac', secret: '7f4c1e90b2d86a35e1f7093bd4c85a26' } }),
  },
  *check({ config }) {
    if (valueAt(config, 'auth.mode') === 'hmac') {
      yield* judged('config.auth.secret', valueAt(config, 'auth.secret'), HMAC_BYTES)
    }
    const keys = valueAt(config, 'auth.mode') === 'jwt' ? valueAt(config, 'auth.jwt_keys') : undefined
    for (const [at, key] of (Array.isArray(keys) ? keys : []).entries()) {
      const bytes = DIGEST_BYTES.get(isObject(key) ? own(key, 'algorithm') : undefined)
      if (!isObject(key) || bytes === undefined) continue
      yield* judged(`config.auth.jwt_keys[${at}].key`, own(key, 'key'), bytes)
    }
  },
}

const HMAC_BYTES = 16
/** RFC 7518, 3.2: a key has at least the size of the digest. */
const DIGEST_BYTES: ReadonlyMap<Json | JwtAlgorithm | undefined, number> = new Map([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
])
const MIN_CHARACTERS = 6

function* judged(path: string, secret: Json | undefined, minBytes: number): Iterable<Warning> {
  if (typeof secret !== 'string' || secret === MASK) return
  const isShort = Buffer.byteLength(secret) < minBytes
  if (!isShort && new Set(secret).size >= MIN_CHARACTERS) return
  const fault = isShort ? `has fewer than ${minBytes} bytes` : 'repeats a few characters'
  yield {
    path,
    message: `the secret ${fault}, so it can be guessed from one signature`,
    expected: `at least ${minBytes} bytes of chance: openssl rand -hex ${minBytes}`,
  }
}
