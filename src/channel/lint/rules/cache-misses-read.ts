import { excerpt } from '../../../std/excerpt.ts'
import { keyGap } from '../cache-key-gap.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule, ChannelSubject } from '../subject.ts'

export const cacheMissesRead: ChannelRule = {
  name: 'cache-misses-read',
  summary:
    'The workflow of a channel with a cache reads something of the request that is not in the key, so a caller may get ' +
    'the answer that was made for another: a header that `vary` lacks, or a field of the body or of its `metadata` that ' +
    '`cache_key_fields` or `key_logic` leave out. The server knows the workflows; `lint` knows those in the ' +
    'files that it is given. In the example, the workflow `greetings` reads `metadata.headers.accept-language`.',
  example: {
    wrong: guardedBy({ cache: { enabled: true } }, { workflow_id: 'greetings' }),
    at: 'config.cache',
    right: guardedBy({ cache: { enabled: true, vary: ['accept-language'] } }, { workflow_id: 'greetings' }),
  },
  *check(subject) {
    const { config, needs } = subject
    if (valueAt(config, 'cache.enabled') !== true) return
    const inKey = readByKey(subject)
    if (inKey === 'any') return
    const told = new Set<string>()
    for (const { path, at } of needs.reads ?? []) {
      const gap = keyGap(path, config, inKey)
      if (gap === undefined || told.has(gap.what)) continue
      told.add(gap.what)
      yield {
        path: gap.path,
        message: `the workflow reads ${gap.what} (${excerpt(at)}), which is not in the key, so a caller may get the answer to another`,
        expected: gap.expected,
      }
    }
  },
}

/** The paths that the key's logic reads; none without it. */
function readByKey({ logic }: ChannelSubject): readonly string[] | 'any' {
  const reads = logic.find(({ scope }) => scope.place === 'cache.key_logic')?.analysis?.reads ?? []
  const fromRoot = reads.filter(({ inBody }) => !inBody).map(({ path }) => path)
  return fromRoot.some(path => path === undefined || path === '') ? 'any' : fromRoot.map(String)
}
