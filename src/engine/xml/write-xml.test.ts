import { expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { XmlWriter } from './write-xml.ts'

function writeXml(value: Json, root: string): string {
  const writer = new XmlWriter(value, root)
  while (writer.step());
  return writer.text
}

test.each<[value: Json, text: string]>([
  [{ a: 1, b: 'x' }, '<a>1</a><b>x</b>'],
  [{ n: null, t: true, f: false }, '<n></n><t>true</t><f>false</f>'],
  [
    { list: [1, 'two', null, [3], { x: 4 }] },
    '<list><item>1</item><item>two</item><item></item><item><item>3</item></item><item><x>4</x></item></list>',
  ],
  [[], ''],
  [{}, ''],
  ['plain', 'plain'],
  [`&<>"'`, '&amp;&lt;&gt;&quot;&apos;'],
  [{ small: 1e-7, large: 1e21 }, '<small>0.0000001</small><large>1e21</large>'],
  [{ '@id': '1', $text: 'x' }, '<_id>1</_id><_text>x</_text>'],
  [
    { '1bad': 1, 'sp ace': 2, '-a': 3, _ok: 4, 'a.b-c_d': 5, '': 6, 'p:q': 7, '<': 8 },
    '<_1bad>1</_1bad><sp_ace>2</sp_ace><_a>3</_a><_ok>4</_ok><a.b-c_d>5</a.b-c_d><_element>6</_element><p_q>7</p_q><_>8</_>',
  ],
  [{ Größe: 1, 𝒜x: 2 }, '<Größe>1</Größe><𝒜x>2</𝒜x>'],
])('%j', (value, text) => {
  expect(writeXml(value, 'root')).toBe(`<root>${text}</root>`)
})

test('the name of the root is used as it is given', () => {
  expect(writeXml(1, 'my:root')).toBe('<my:root>1</my:root>')
})
