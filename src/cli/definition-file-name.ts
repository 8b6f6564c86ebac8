const ENDING = '.json'
/** Characters of a name before the ending; file systems hold 255 bytes. */
const MAX_STEM = 200
/** Begins what stands for the end of a name that is too long; no escape is written so. */
const CUT = '%~'
const DIGEST_CHARS = 16
/** What stands for itself on every file system, in every shell and in every URL. */
const PLAIN = /[A-Za-z0-9._-]/
/** Devices of Windows, whatever ending they have. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=$|\.)/i

/**
 * The name of the file that holds the definition of this id or name: the name itself, with `%41` for what not every
 * file system or shell takes as it is (UTF-8, like in a URL). Two names never give the same file name.
 */
export function definitionFileName(name: string): string {
  return shortened(escaped(name), name) + ENDING
}

/**
 * File names of definitions that lie in one folder, by their names. Where two differ in upper and lower case alone, upper
 * case is escaped, because not every file system can tell them apart.
 */
export function definitionFileNames(names: Iterable<string>): Map<string, string> {
  const groups = Map.groupBy(new Set(names), name => definitionFileName(name).toLowerCase())
  const entries = [...groups.values()].flatMap(group =>
    group.map(name => [name, group.length === 1 ? definitionFileName(name) : caseSafeName(name)] as const),
  )
  return new Map(entries)
}

/** Whether a file of this name may hold the definition of this id or name. */
export function isFileNameOf(fileName: string, name: string): boolean {
  return fileName === definitionFileName(name) || fileName === caseSafeName(name)
}

/** The id or name that a file name stands for; undefined for one that stands for none, or for a part of a long one. */
export function nameOfFile(fileName: string): string | undefined {
  const stem = fileName.slice(0, -ENDING.length)
  if (!fileName.endsWith(ENDING) || stem.includes(CUT)) return undefined
  try {
    const name = decodeURIComponent(stem)
    return isFileNameOf(fileName, name) ? name : undefined
  } catch {
    return undefined
  }
}

function caseSafeName(name: string): string {
  const safe = escaped(name).replace(/%..|[A-Z]/g, part => (part.length === 1 ? percent(part) : part))
  return shortened(safe, name) + ENDING
}

function escaped(name: string): string {
  const text = [...name].map(character => (PLAIN.test(character) ? character : percent(character))).join('')
  return text
    .replace(/^[.-]/, percent)
    .replace(/\.$/, percent)
    .replace(/\.case$/i, found => percent('.') + found.slice(1))
    .replace(DEVICE, found => percent(found.charAt(0)) + found.slice(1))
}

/** `%C3%B6` for an ö. */
function percent(text: string): string {
  return [...Buffer.from(text)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** A long name keeps its beginning; a digest stands for the rest. */
function shortened(stem: string, name: string): string {
  if (stem.length <= MAX_STEM) return stem
  const digest = Bun.SHA256.hash(name, 'hex').slice(0, DIGEST_CHARS)
  const kept = stem.slice(0, MAX_STEM - CUT.length - DIGEST_CHARS).replace(/%.?$/, '')
  return kept + CUT + digest
}
