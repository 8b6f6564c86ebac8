import { excerpt } from '../../../std/excerpt.ts'
import { own } from '../../../std/json.ts'
import { didYouMean } from '../../../std/nearest-name.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { guardedBy } from '../example-channel.ts'
import { keywordsOf, SCHEMA_KEYWORDS, type WrittenKeyword } from '../schema-keywords.ts'
import type { ChannelRule } from '../subject.ts'

export const schemaKeyword: ChannelRule = {
  name: 'schema-keyword',
  summary:
    'A keyword of `request_schema` that checks nothing: one that JSON Schema does not have, or `format` and the ' +
    '`content` keywords, which only describe. Own keywords may begin with `x-`.',
  example: {
    wrong: guardedBy({ request_schema: { type: 'object', requried: ['sku'] } }),
    at: 'config.request_schema.requried',
    right: guardedBy({ request_schema: { type: 'object', required: ['sku'] } }),
  },
  *check({ config }) {
    for (const keyword of keywordsOf('config.request_schema', own(config, 'request_schema'))) {
      const warning = warningOf(keyword)
      if (warning !== undefined) yield warning
    }
  },
}

function warningOf({ path, name }: WrittenKeyword): Warning | undefined {
  if (DESCRIBING.includes(name)) {
    const message = `"${name}" only describes: no request is refused for it`
    return { path, message, expected: 'what has to hold, as "pattern", "minLength" or in validation_logic' }
  }
  if (SCHEMA_KEYWORDS.includes(name) || name.startsWith('x-')) return undefined
  const { hint, field } = didYouMean(name, SCHEMA_KEYWORDS)
  const message = `"${excerpt(name)}" is no keyword of JSON Schema 2020-12, so it checks nothing${hint}`
  return {
    path,
    message,
    expected: 'a keyword of JSON Schema 2020-12, or one that begins with "x-"',
    ...field,
  }
}

const DESCRIBING = ['format', 'contentEncoding', 'contentMediaType', 'contentSchema']
