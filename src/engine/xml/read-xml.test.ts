import { describe, expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { type Repeated, XmlReader } from './read-xml.ts'
import { XmlError } from './xml-error.ts'

function readXml(text: string, repeated: Repeated): Json | undefined {
  const reader = new XmlReader(text, repeated)
  while (reader.step());
  return reader.result
}

const last = (text: string) => readXml(text, 'last')

describe('what an XML text becomes', () => {
  test.each<[text: string, result: unknown]>([
    ['<r> x </r>', { $text: ' x ' }],
    ['<r>a\r\nb\rc</r>', { $text: 'a\nb\nc' }],
    ['<r><![CDATA[a\r\nb]]></r>', { $text: 'a\nb' }],
    ['<r><![CDATA[]]></r>', {}],
    ['<r><![CDATA[ ]]></r>', {}],
    ['<r><![CDATA[&amp;]]>&amp;</r>', { $text: '&amp;&' }],
    ['<r><![CDATA[<b>]] > ]]></r>', { $text: '<b>]] > ' }],
    [
      '<r xml:lang="en" xmlns="u" xmlns:p="v" p:k="w"/>',
      { '@xml:lang': 'en', '@xmlns': 'u', '@xmlns:p': 'v', '@k': 'w' },
    ],
    ['<r a=\'"\' b="\'" c = "&#65;&#x42;&quot;"/>', { '@a': '"', '@b': "'", '@c': 'AB"' }],
    ['<r a="x>y"/>', { '@a': 'x>y' }],
    ['<r a="1\r\n2"/>', { '@a': '1\r\n2' }],
    ['<r\n a="1"\n>t</r\n>', { '@a': '1', $text: 't' }],
    ['<r>1<?pi a > b?>2<!-- <x> -->3</r>', { $text: '123' }],
    ['<r>a<x/>  <y/>\n</r>', { $text: 'a', x: {}, y: {} }],
    ['<p:r><q:x>1</q:x><p:x>2</p:x></p:r>', { x: { $text: '2' } }],
    ['<r>&#128512;&lt;&gt;&apos;</r>', { $text: "😀<>'" }],
    ['<r><__proto__>1</__proto__></r>', JSON.parse('{"__proto__":{"$text":"1"}}')],
    ['\ufeff<r/>', {}],
    ['  \n<r>1</r>', { $text: '1' }],
    ['<?xml version="1.0"?>\n<!-- c -->\n<r>1</r>', { $text: '1' }],
    ['<!DOCTYPE r [ <!ENTITY a "]>"> <!-- x --> ]><r>1</r>', { $text: '1' }],
    ['<r>1</r> junk < & </nothing>', { $text: '1' }],
    ['a &lt; b', 'a < b'],
    ['text <r/>', 'text '],
    ['<![CDATA[x]]>', 'x'],
  ])('%j', (text, result) => {
    expect<unknown>(last(text)).toEqual(result)
  })

  test('attributes come first, elements in their order', () => {
    expect(JSON.stringify(last('<r b="1" a="2"><z/>t<y/></r>'))).toBe(
      '{"@b":"1","@a":"2","z":{},"$text":"t","y":{}}',
    )
  })

  test('repeated elements are collected in their order when asked for', () => {
    const text = '<r><i>1</i><b/><i>2</i><i><i>3</i></i></r>'
    expect(readXml(text, 'collect')).toEqual({
      i: [{ $text: '1' }, { $text: '2' }, { i: { $text: '3' } }],
      b: {},
    })
  })
})

describe('what is no XML', () => {
  test.each<[text: string, reason: string]>([
    ['', 'there is no element'],
    [' \n ', 'there is no element'],
    ['<!-- only -->', 'there is no element'],
    ['<a><b></a>', 'ill-formed document: expected `</b>`, but `</a>` was found'],
    ['<a><b>', 'ill-formed document: `</b>` not found before end of input'],
    ['<a>', 'ill-formed document: `</a>` not found before end of input'],
    ['<p:a></a>', 'ill-formed document: expected `</p:a>`, but `</a>` was found'],
    ['<a></a', 'ill-formed document: a closing tag does not end'],
    ['</a>', 'ill-formed document: `</a>` is no tag'],
    ['<a', 'ill-formed document: an attribute of `<a>` is not `name="value"`'],
    ['<a b>', 'ill-formed document: an attribute of `<a>` is not `name="value"`'],
    ['<a b="1>', 'ill-formed document: an attribute of `<a>` is not `name="value"`'],
    ['<a b="1" b="2"/>', 'ill-formed document: attribute `b` of `<a>` is duplicated'],
    ['<a>1 < 2</a>', 'ill-formed document: `< 2</a>` is no tag'],
    ['<>x</>', 'ill-formed document: `<>x</>` is no tag'],
    ['<a><!-- x</a>', 'ill-formed document: `<!--` has no `-->`'],
    ['<a><![CDATA[x</a>', 'ill-formed document: `<![CDATA[` has no `]]>`'],
    ['<?xml', 'ill-formed document: `<?` has no `?>`'],
    ['<!DOCTYPE a [', 'ill-formed document: `<!` does not end'],
    ['<a>&nbsp;</a>', 'unrecognized entity `nbsp`'],
    ['<a>R & D</a>', 'cannot find `;` after `&`'],
    ['<a b="&x;"/>', 'unrecognized entity `x`'],
    ['<a>&#0;</a>', 'invalid character reference `#0`'],
    ['<a>&#xD800;</a>', 'invalid character reference `#xD800`'],
    ['<a>&#1114112;</a>', 'invalid character reference `#1114112`'],
    ['<a>&#x;</a>', 'invalid character reference `#x`'],
    ['<a>&#99999999999999;</a>', 'invalid character reference `#99999999999999`'],
  ])('%j', (text, reason) => {
    expect(() => last(text)).toThrow(new XmlError(reason))
  })
})

describe('hostile texts', () => {
  test('an entity that a document declares is unknown', () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>'
    expect(() => last(bomb)).toThrow('unrecognized entity `b`')
  })

  test('elements nest up to 127 levels', () => {
    const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)
    expect(last(nested(127))).toBeObject()
    expect(() => last(nested(128))).toThrow('elements nest deeper than 127 levels')
    expect(() => last('<a>'.repeat(100_000))).toThrow('elements nest deeper than 127 levels')
  })

  // Anything quadratic in these takes minutes.
  test('long texts of one kind are refused', () => {
    const many = 200_000
    for (const text of [
      '<'.repeat(many),
      `<a ${'b'.repeat(many)}`,
      `<a${' '.repeat(many)}`,
      `<a>${'&'.repeat(many)}`,
      `<a>${'<!---->'.repeat(many)}`,
      `<!DOCTYPE ${'['.repeat(many)}`,
      `<!DOCTYPE ${'"'.repeat(many + 1)}`,
      `<a>${'</'.repeat(many)}`,
      `<a b="${'<'.repeat(many)}`,
    ]) {
      expect(() => last(text)).toThrow(XmlError)
    }
  })
})
