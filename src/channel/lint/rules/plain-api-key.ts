import { isReference } from '../../../config/reference.ts'
import { MASK } from '../../../connector/secret-text.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const plainApiKey: ChannelRule = {
  name: 'plain-api-key',
  summary:
    'A key of `auth` in plain text: whoever reads the file, a backup or the database can use it. Its digest opens as ' +
    'well: `sha256:` and what `printf %s KEY | sha256sum` prints.',
  example: {
    wrong: guardedBy({ auth: { mode: 'api_key', keys: ['ck_live_6f1b0a'] } }),
    at: 'config.auth.keys[0]',
    right: guardedBy({
      auth: {
        mode: 'api_key',
        keys: ['sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      },
    }),
  },
  *check({ config }) {
    const keys = valueAt(config, 'auth.mode') === 'api_key' ? valueAt(config, 'auth.keys') : undefined
    for (const [at, key] of (Array.isArray(keys) ? keys : []).entries()) {
      if (typeof key !== 'string' || key.startsWith('sha256:') || key === MASK || isReference(key)) continue
      yield {
        path: `config.auth.keys[${at}]`,
        message:
          'this key stands here in plain text, so whoever can read the definition can call the channel',
        expected: '"sha256:" and its digest: printf %s KEY | sha256sum',
      }
    }
  },
}
