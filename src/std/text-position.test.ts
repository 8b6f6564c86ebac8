import { expect, test } from 'bun:test'
import { LineIndex, positionAt } from './text-position.ts'

test.each(['', '\n', 'a', 'a\nb', '\n\nä\u{1f600}x\r\n\n', 'x\n'.repeat(50)])(
  'an index of the lines of %j finds what looking through the text finds',
  text => {
    const lines = new LineIndex(text)
    for (let offset = 0; offset <= text.length; offset++) {
      expect(lines.positionAt(offset)).toEqual(positionAt(text, offset))
    }
  },
)
