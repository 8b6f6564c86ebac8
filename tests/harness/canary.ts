/** A secret that a search finds again, however it is written and wherever it is cut. */
export interface Canary {
  readonly name: string
  readonly value: string
}

/** `at` tells it from the others. The first characters differ in URLs, and in base64 of both alphabets. */
export function canary(name: string, at: number): Canary {
  const beginning = `cn${String(at).padStart(2, '0')}`
  return { name, value: `${beginning}+Zq/~ey?${beginning}-and-so-on-for-forty-bytes` }
}

/** Enough of it to be told from everything else; whoever cuts a text shows its beginning. */
const TELLING_CHARS = 12

/** Where a canary is found in a text, in words; empty when it is nowhere. */
export function sightings(text: string, { value }: Canary): string[] {
  const beginning = value.slice(0, TELLING_CHARS)
  const bytes = Buffer.from(beginning)
  const found = [
    ['plain', text.includes(beginning)],
    ['escaped', text.includes(JSON.stringify(JSON.stringify(beginning)).slice(3, -3))],
    ['in a URL', urlForms(beginning).some(form => text.toLowerCase().includes(form))],
    ['in hexadecimal digits', text.toLowerCase().includes(bytes.toString('hex'))],
    ['in base64', alignments(bytes).some(form => text.includes(form) || text.includes(urlSafe(form)))],
  ] as const
  return found.filter(([, isThere]) => isThere).map(([how]) => how)
}

/** Browsers encode what scripts leave alone. */
function urlForms(text: string): string[] {
  const encoded = encodeURIComponent(text).toLowerCase()
  return [encoded, encoded.replaceAll('~', '%7e')]
}

/** What stays the same of base64, whatever stands before and behind. */
function alignments(bytes: Buffer): string[] {
  return [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(2)]).toString('base64')
    const begin = Math.ceil((before * 8) / 6)
    const end = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(begin, end)
  })
}

function urlSafe(form: string): string {
  return form.replaceAll('+', '-').replaceAll('/', '_')
}
