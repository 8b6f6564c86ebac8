import { excerpt } from '../../std/excerpt.ts'
import { type Json, type JsonObject, own, setOwn } from '../../std/json.ts'
import { unescapeXml } from './entities.ts'
import { XmlError } from './xml-error.ts'

/** What becomes of an element that comes more than once: the last one stays, or all are collected in an array. */
export type Repeated = 'last' | 'collect'

/** Elements within elements, the same as levels of a JSON body. */
const MAX_DEPTH = 127

/** Elements of one document. */
const MAX_ELEMENTS = 100_000

/** Characters of text that are read in one step. */
const PIECE_CHARS = 10_000

const START_TAG = /<([^ \t\r\n/><"'=!?]+)/y
const ATTRIBUTE = /[ \t\r\n]*([^ \t\r\n=/><"']+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/y
const TAG_END = /[ \t\r\n]*(\/?)>/y
const CLOSE_TAG = /<\/([^<>]*)>/y
const DOCTYPE_PART = /[^[\]>"']+|"[^"]*"|'[^']*'|[[\]>]/y

interface Open {
  readonly tag: string
  readonly element: JsonObject
}

/** A start tag whose attributes are being read. */
interface StartTag extends Open {
  /** Names of the attributes so far. */
  seen: Set<string> | undefined
}

/**
 * Reads the content of the root element as JSON (engine-contract A11): attributes as `@name`, text as `$text`, prefixes
 * dropped. What follows the root is not read.
 */
export class XmlReader {
  /** Undefined until the last step. */
  result: Json | undefined = undefined
  #at: number
  #elements = 0
  /** Text since the last tag, joined over CDATA, comments and instructions. */
  #run = ''
  #tag: StartTag | undefined = undefined
  /** Brackets that are open in a doctype; undefined outside of one. */
  #brackets: number | undefined = undefined
  readonly #open: Open[] = []
  readonly #text: string
  readonly #repeated: Repeated

  constructor(text: string, repeated: Repeated) {
    this.#text = text
    this.#at = text.startsWith('\ufeff') ? 1 : 0
    this.#repeated = repeated
  }

  /** Reads a little more; false when the document is read. Throws XmlError. */
  step(): boolean {
    if (this.#tag !== undefined) this.#attribute(this.#tag)
    else if (this.#brackets !== undefined) this.#doctypePart(this.#brackets)
    else if (this.#at >= this.#text.length) this.#endOfInput()
    else if (this.#text[this.#at] !== '<') this.#textPiece()
    else if (!this.#aside()) this.#markup()
    return this.result === undefined
  }

  #endOfInput(): void {
    const text = this.#takeText()
    const open = this.#open.at(-1)
    if (open !== undefined) throw illFormed(`\`</${excerpt(open.tag)}>\` not found before end of input`)
    if (text === undefined) throw new XmlError('there is no element')
    this.result = text
  }

  /** A tag, with which the text before it is complete. */
  #markup(): void {
    const text = this.#takeText()
    const open = this.#open.at(-1)
    if (open === undefined) {
      if (text !== undefined) this.result = text
      else this.#startTag(undefined)
      return
    }
    if (text !== undefined) setOwn(open.element, '$text', text)
    if (this.#text.startsWith('</', this.#at)) this.#closeTag(open)
    else this.#startTag(open)
  }

  #startTag(parent: Open | undefined): void {
    const tag = this.#match(START_TAG)?.[1]
    if (tag === undefined) throw illFormed(`\`${this.#text.slice(this.#at, this.#at + 20)}\` is no tag`)
    if (this.#open.length >= MAX_DEPTH) throw new XmlError(`elements nest deeper than ${MAX_DEPTH} levels`)
    if (++this.#elements > MAX_ELEMENTS) throw new XmlError(`there are more than ${MAX_ELEMENTS} elements`)
    const element: JsonObject = {}
    if (parent !== undefined) this.#put(parent.element, localName(tag), element)
    this.#tag = { tag, element, seen: undefined }
  }

  #put(parent: JsonObject, name: string, child: JsonObject): void {
    const earlier = this.#repeated === 'collect' ? own(parent, name) : undefined
    if (Array.isArray(earlier)) earlier.push(child)
    else setOwn(parent, name, earlier === undefined ? child : [earlier, child])
  }

  #closeTag(open: Open): void {
    const name = this.#match(CLOSE_TAG)?.[1]?.trimEnd()
    if (name === undefined) throw illFormed('a closing tag does not end')
    if (name !== open.tag)
      throw illFormed(`expected \`</${excerpt(open.tag)}>\`, but \`</${excerpt(name)}>\` was found`)
    this.#open.pop()
    this.#closed(open)
  }

  #closed({ element }: Open): void {
    if (this.#open.length === 0) this.result = element
  }

  /** Reads one attribute, or the end of the start tag. */
  #attribute(started: StartTag): void {
    const { tag, element } = started
    const end = this.#match(TAG_END)
    if (end !== undefined) {
      this.#tag = undefined
      if (end[1] === '/') this.#closed(started)
      else this.#open.push(started)
      return
    }
    const attribute = this.#match(ATTRIBUTE)
    if (attribute === undefined)
      throw illFormed(`an attribute of \`<${excerpt(tag)}>\` is not \`name="value"\``)
    const [, name = '', double, single = ''] = attribute
    if (started.seen?.has(name))
      throw illFormed(`attribute \`${excerpt(name)}\` of \`<${excerpt(tag)}>\` is duplicated`)
    started.seen ??= new Set()
    started.seen.add(name)
    setOwn(element, `@${attributeName(name)}`, unescapeXml(double ?? single))
  }

  /** The text since the last tag; undefined where there is nothing but white space. */
  #takeText(): string | undefined {
    const text = this.#run
    this.#run = ''
    return isBlank(text) ? undefined : text
  }

  #textPiece(): void {
    const open = this.#text.indexOf('<', this.#at)
    const end = this.#pieceEnd(open === -1 ? this.#text.length : open)
    this.#run += unescapeXml(withPlainBreaks(this.#text.slice(this.#at, end)))
    this.#at = end
  }

  /** An end for a piece of the text up to `end` that breaks neither an entity nor a line break in two. */
  #pieceEnd(end: number): number {
    const cut = this.#at + PIECE_CHARS
    if (cut >= end) return end
    const entity = this.#text.slice(this.#at, cut).lastIndexOf('&')
    if (entity >= 0 && this.#text.indexOf(';', this.#at + entity) >= cut) {
      return entity === 0 ? end : this.#at + entity
    }
    return this.#text[cut - 1] === '\r' ? cut - 1 : cut
  }

  /** Passes over what is no tag, with the text that it holds; false at a tag. */
  #aside(): boolean {
    if (this.#text.startsWith('<![CDATA[', this.#at))
      this.#run += withPlainBreaks(this.#upTo('<![CDATA[', ']]>'))
    else if (this.#text.startsWith('<!--', this.#at)) this.#upTo('<!--', '-->')
    else if (this.#text.startsWith('<?', this.#at)) this.#upTo('<?', '?>')
    else if (this.#text.startsWith('<!', this.#at)) {
      this.#at += '<!'.length
      this.#brackets = 0
    } else return false
    return true
  }

  #upTo(opening: string, closing: string): string {
    const start = this.#at + opening.length
    const end = this.#text.indexOf(closing, start)
    if (end === -1) throw illFormed(`\`${opening}\` has no \`${closing}\``)
    this.#at = end + closing.length
    return this.#text.slice(start, end)
  }

  /** Its declarations count for nothing: no entity is defined by a document. */
  #doctypePart(brackets: number): void {
    const part = this.#match(DOCTYPE_PART)?.[0]
    if (part === undefined) throw illFormed('`<!` does not end')
    if (part === '[') this.#brackets = brackets + 1
    else if (part === ']') this.#brackets = brackets - 1
    else if (part === '>' && brackets <= 0) this.#brackets = undefined
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found
  }
}

function illFormed(reason: string): XmlError {
  return new XmlError(`ill-formed document: ${reason}`)
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}

function withPlainBreaks(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Names of namespaces and of `xml:` stay whole. */
function attributeName(name: string): string {
  return name.startsWith('xmlns:') || name.startsWith('xml:') ? name : localName(name)
}
