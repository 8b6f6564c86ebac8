import { Type } from '@sinclair/typebox'
import type { Json } from '../../std/json.ts'
import { defineFunction } from '../define-function.ts'
import { compilePublication } from '../publish.ts'
import { publicationTouches } from '../touches.ts'

export const publishJson = defineFunction({
  name: 'publish_json',
  category: 'data',
  summary: 'Writes a value of `data` as a JSON text to another place of `data`.',
  input: Type.Object(
    {
      source: Type.String({ description: 'What to write: a key or a path of `data`' }),
      target: Type.String({ description: 'Where the text goes below `data`' }),
      pretty: Type.Optional(
        Type.Boolean({ default: false, description: 'One line per value, indented by two spaces' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    data: { order: { id: 7, lines: [1, 2] } },
    input: { source: 'order', target: 'text' },
    result: { order: { id: 7, lines: [1, 2] }, text: '{"id":7,"lines":[1,2]}' },
  },
  retrySafety: 'pure',
  touches: publicationTouches,
  compile({ source, target, pretty = false }, context) {
    const indent = pretty ? 2 : 0
    const write = (value: Json) => ({ step: () => false, text: JSON.stringify(value, null, indent) })
    return compilePublication({ title: 'PublishJson', source, target, indent, write }, context)
  },
})
