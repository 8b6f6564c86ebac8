import { Type } from '@sinclair/typebox'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'
import { inTurns } from '../in-turns.ts'
import { assignNew, compilePlace } from '../paths.ts'
import { compileSource, sourceProblems } from '../source.ts'
import { spendReading } from '../spend.ts'
import { sourceTouches } from '../touches.ts'
import { XmlReader } from '../xml/read-xml.ts'
import { XmlError } from '../xml/xml-error.ts'

export const parseXml = defineFunction({
  name: 'parse_xml',
  category: 'data',
  summary:
    'Parses an XML text into `data`: the content of the root element, attributes as `@name`, text as `$text`, ' +
    'prefixes of names dropped. Reads at most 100,000 elements and 127 levels.',
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
      spendReading(run.budget, text.length)
      const reader = new XmlReader(text, arrays)
      const waiting = inTurns(run, () => wellFormed(reader))
      const end = () => {
        if (reader.result !== undefined) assignNew(run, place, reader.result)
        return 200
      }
      return waiting === undefined ? end() : waiting.then(end)
    }
  },
})

/** Whether there is more to read. */
function wellFormed(reader: XmlReader): boolean {
  try {
    return reader.step()
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new EngineError('Validation', `Failed to parse XML: ${error.message}`)
  }
}
