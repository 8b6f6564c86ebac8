import { excerpt } from '../../std/excerpt.ts'
import { type Json, type JsonObject, own, setOwn } from '../../std/json.ts'
import { unescapeXml } from './entities.ts'
import { XmlError } from './xml-error.ts'

/** What becomes of an element that comes more than once: the last one stays, or all are collected in an array. */
export type Repeated = 'last' | 'collect'

/** Elements within elements, the same as levels of a JSON body. */
const MAX_DEPTH = 127

/** Elements of one document: reading more would hold the event loop for too long. */
const MAX_ELEMENTS = 100_000

const START_TAG = /<([^ \t\r\n/><"'=!?]+)/y
const ATTRIBUTE = /[ \t\r\n]*([^ \t\r\n=/><"']+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/y
const TAG_END = /[ \t\r\n]*(\/?)>/y
const CLOSE_TAG = /<\/([^<>]*)>/y
const DOCTYPE_PART = /[^[\]>"']+|"[^"]*"|'[^']*'|[[\]>]/y

/**
 * The content of the root element as JSON (engine-contract A11): attributes as `@name`, text as `$text`, prefixes
 * dropped. What follows the root is not read. Throws XmlError.
 */
export function readXml(text: string, repeated: Repeated): Json {
  return new XmlReader(text.startsWith('\ufeff') ? text.slice(1) : text, repeated).document()
}

class XmlReader {
  #at = 0
  #elements = 0
  readonly #text: string
  readonly #repeated: Repeated

  constructor(text: string, repeated: Repeated) {
    this.#text = text
    this.#repeated = repeated
  }

  document(): Json {
    const text = this.#textRun()
    if (!isBlank(text)) return text
    if (this.#at >= this.#text.length) throw new XmlError('there is no element')
    return this.#content(this.#startTag(), 1)
  }

  /** Attributes and what stands up to the closing tag. */
  #content(tag: string, depth: number): JsonObject {
    if (depth > MAX_DEPTH) throw new XmlError(`elements nest deeper than ${MAX_DEPTH} levels`)
    if (++this.#elements > MAX_ELEMENTS) throw new XmlError(`there are more than ${MAX_ELEMENTS} elements`)
    const element: JsonObject = {}
    if (this.#attributes(tag, element)) return element
    for (;;) {
      const text = this.#textRun()
      if (!isBlank(text)) setOwn(element, '$text', text)
      if (this.#at >= this.#text.length)
        throw illFormed(`\`</${excerpt(tag)}>\` not found before end of input`)
      if (this.#text.startsWith('</', this.#at)) {
        this.#closeTag(tag)
        return element
      }
      const child = this.#startTag()
      this.#put(element, localName(child), this.#content(child, depth + 1))
    }
  }

  #put(element: JsonObject, name: string, child: JsonObject): void {
    const earlier = this.#repeated === 'collect' ? own(element, name) : undefined
    if (Array.isArray(earlier)) earlier.push(child)
    else setOwn(element, name, earlier === undefined ? child : [earlier, child])
  }

  #startTag(): string {
    const name = this.#match(START_TAG)?.[1]
    if (name === undefined) throw illFormed(`\`${this.#text.slice(this.#at, this.#at + 20)}\` is no tag`)
    return name
  }

  #closeTag(tag: string): void {
    const name = this.#match(CLOSE_TAG)?.[1]?.trimEnd()
    if (name === undefined) throw illFormed('a closing tag does not end')
    if (name !== tag)
      throw illFormed(`expected \`</${excerpt(tag)}>\`, but \`</${excerpt(name)}>\` was found`)
  }

  /** Reads up to the end of the start tag; true when the element ends with it. */
  #attributes(tag: string, element: JsonObject): boolean {
    let seen: Set<string> | undefined
    for (;;) {
      const end = this.#match(TAG_END)
      if (end !== undefined) return end[1] === '/'
      const attribute = this.#match(ATTRIBUTE)
      if (attribute === undefined)
        throw illFormed(`an attribute of \`<${excerpt(tag)}>\` is not \`name="value"\``)
      const [, name = '', double, single = ''] = attribute
      if (seen?.has(name))
        throw illFormed(`attribute \`${excerpt(name)}\` of \`<${excerpt(tag)}>\` is duplicated`)
      seen ??= new Set()
      seen.add(name)
      setOwn(element, `@${attributeName(name)}`, unescapeXml(double ?? single))
    }
  }

  /** Text up to the next tag, joined over CDATA, comments and instructions. */
  #textRun(): string {
    let run = ''
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf('<', this.#at)
      const end = open === -1 ? this.#text.length : open
      run += unescapeXml(withPlainBreaks(this.#text.slice(this.#at, end)))
      this.#at = end
      const passed = this.#aside()
      if (passed === undefined) return run
      run += passed
    }
    return run
  }

  /** Passes over what is no tag, and gives the text it holds; undefined at a tag or at the end. */
  #aside(): string | undefined {
    if (this.#text.startsWith('<![CDATA[', this.#at)) return withPlainBreaks(this.#upTo('<![CDATA[', ']]>'))
    if (this.#text.startsWith('<!--', this.#at)) this.#upTo('<!--', '-->')
    else if (this.#text.startsWith('<?', this.#at)) this.#upTo('<?', '?>')
    else if (this.#text.startsWith('<!', this.#at)) this.#doctype()
    else return undefined
    return ''
  }

  #upTo(opening: string, closing: string): string {
    const start = this.#at + opening.length
    const end = this.#text.indexOf(closing, start)
    if (end === -1) throw illFormed(`\`${opening}\` has no \`${closing}\``)
    this.#at = end + closing.length
    return this.#text.slice(start, end)
  }

  /** Its declarations count for nothing: no entity is defined by a document. */
  #doctype(): void {
    this.#at += '<!'.length
    for (let nested = 0; ; ) {
      const part = this.#match(DOCTYPE_PART)?.[0]
      if (part === undefined) throw illFormed('`<!` does not end')
      if (part === '[') nested++
      else if (part === ']') nested--
      else if (part === '>' && nested <= 0) return
    }
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
