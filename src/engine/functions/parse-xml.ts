import { Type } from '@sinclair/typebox'
import type { Json } from '../../std/json.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'
import { assign, compilePlace } from '../paths.ts'
import { compileSource, sourceProblems } from '../source.ts'
import { sourceTouches } from '../touches.ts'
import { type Repeated, readXml } from '../xml/read-xml.ts'
import { XmlError } from '../xml/xml-error.ts'

export const parseXml = defineFunction({
  name: 'parse_xml',
  category: 'data',
  summary:
    'Parses an XML text into `data`: the content of the root element, attributes as `@name`, text as `$text`, ' +
    'prefixes of names dropped.',
  input: Type.Object(
    {
      source: Type.String({ description: '`payload`, `payload.document`, or a path of the context' }),
      target: Type.String({ description: 'Where it goes below `data`' }),
      arrays: Type.Optional(
        Type.Union([Type.Literal('last'), Type.Literal('collect')], {
          default: 'last',
          description: 'Elements of one name: the last one stays, or all are collected in an array',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    payload: '<order id="7"><item>pen</item><item>ink</item></order>',
    input: { source: 'payload', target: 'order', arrays: 'collect' },
    result: { order: { '@id': '7', item: [{ $text: 'pen' }, { $text: 'ink' }] } },
  },
  retrySafety: 'pure',
  touches: sourceTouches,
  problems: sourceProblems,
  compile({ source, target, arrays = 'last' }, context) {
    const read = compileSource(source, context)
    const place = compilePlace(`data.${target}`, context.limits.maxArrayPadding)
    return run => {
      const text = read(run.message)
      if (typeof text !== 'string') {
        throw new EngineError('Validation', `ParseXml: Source '${source}' is not a string`)
      }
      assign(run, place, parsed(text, arrays))
      return 200
    }
  },
})

function parsed(text: string, repeated: Repeated): Json {
  try {
    return readXml(text, repeated)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new EngineError('Validation', `Failed to parse XML: ${error.message}`)
  }
}
