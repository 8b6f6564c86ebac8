/** What became of one test. */
export interface TestCase {
  readonly file: string
  /** Names of the enclosing groups and of the test, as `bun test -t` sees them. */
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
}

const CASES = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g

/** Reads the report of `bun test --reporter=junit`. */
export function readJunit(xml: string): TestCase[] {
  return [...xml.matchAll(CASES)].map(([, attributes = '', body = '']) => ({
    file: attribute(attributes, 'file'),
    name: [attribute(attributes, 'classname').replaceAll(' > ', ' '), attribute(attributes, 'name')]
      .filter(part => part !== '')
      .join(' '),
    outcome: outcomeOf(body),
  }))
}

function outcomeOf(body: string): TestCase['outcome'] {
  if (/<(?:failure|error)\b/.test(body)) return 'failed'
  return /<skipped\b/.test(body) ? 'skipped' : 'passed'
}

function attribute(attributes: string, name: string): string {
  const value = attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? ''
  return value.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (entity, decimal, hexadecimal, named: string) => {
      if (decimal) return String.fromCodePoint(Number(decimal))
      if (hexadecimal) return String.fromCodePoint(Number.parseInt(hexadecimal, 16))
      return NAMED[named] ?? entity
    },
  )
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
