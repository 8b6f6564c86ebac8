import { Type } from '@sinclair/typebox'
import { defineFunction } from '../define-function.ts'
import { compilePublication } from '../publish.ts'
import { publicationTouches } from '../touches.ts'
import { XmlWriter } from '../xml/write-xml.ts'

export const publishXml = defineFunction({
  name: 'publish_xml',
  category: 'data',
  summary:
    'Writes a value of `data` as an XML text to another place of `data`: one element per key, `<item>` per item of ' +
    'an array, never an attribute.',
  input: Type.Object(
    {
      source: Type.String({ description: 'What to write: a key or a path of `data`' }),
      target: Type.String({ description: 'Where the text goes below `data`' }),
      root_element: Type.Optional(
        Type.String({ default: 'root', description: 'Name of the outermost element, used as it is' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    data: { order: { id: 7, lines: ['pen', null] } },
    input: { source: 'order', target: 'text', root_element: 'order' },
    result: {
      order: { id: 7, lines: ['pen', null] },
      text: '<order><id>7</id><lines><item>pen</item><item></item></lines></order>',
    },
  },
  retrySafety: 'pure',
  touches: publicationTouches,
  compile({ source, target, root_element: root = 'root' }, context) {
    return compilePublication(
      { title: 'PublishXml', source, target, write: value => new XmlWriter(value, root) },
      context,
    )
  },
})
