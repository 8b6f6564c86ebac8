const MARK = '\uE000'

/** What a regular expression has to step over to find `${` where TOML expects a value. */
const TOKEN = /#[^\n]*|"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\$\{/g

/** TOML text in which every bare `${...}` is a string, and the way back from that string. */
export interface Unbared {
  text: string
  /** The reference that a string of the parsed text stands for. */
  original(value: string): string | undefined
}

/**
 * Lets a file say `port = ${PORT:-8080}`, without quotes. Each bare reference becomes a string of the same length, so that
 * lines and columns stay true, and is substituted after parsing like any other: the value of a variable cannot add keys.
 */
export function quoteBareReferences(toml: string): Unbared {
  const references = new Map<string, string>()
  if (!toml.includes('${') || toml.includes(MARK)) return { text: toml, original: () => undefined }
  let text = ''
  let from = 0
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(toml); match !== null; match = TOKEN.exec(toml)) {
    const end = match[0] === '${' ? closingBrace(toml, match.index) : undefined
    if (end === undefined) continue
    const reference = toml.slice(match.index, end)
    const standIn = (MARK + String.fromCharCode(0xe001 + references.size)).padEnd(reference.length - 2, MARK)
    references.set(standIn, reference)
    text += `${toml.slice(from, match.index)}"${standIn}"`
    from = end
    TOKEN.lastIndex = end
  }
  return { text: text + toml.slice(from), original: value => references.get(value) }
}

/** The index behind the brace that closes the `${` at `start`, on the same line. */
function closingBrace(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length && text[at] !== '\n'; at++) {
    if (text.startsWith('${', at)) depth++
    else if (text[at] === '}' && --depth === 0) return at + 1
  }
  return undefined
}
