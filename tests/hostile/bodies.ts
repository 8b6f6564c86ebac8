import { type Attack, type Ending, harmless, invalid, malformed, outOfRange, tooLarge } from './attack.ts'

const MEGABYTE = 1_048_576
/** What is left of the longest body for its data. */
const ROOM = MEGABYTE - '{"data":}'.length

function attack(name: string, data: () => string, ends: Ending): Attack {
  return { name, body: () => `{"data":${data()}}`, ends }
}

/** As many as fit into the longest body. */
function many(item: string): string {
  return `[${`${item},`.repeat(Math.floor((ROOM - item.length - 2) / (item.length + 1)))}${item}]`
}

/** Messages for a workflow that copies them: `{"data": ...}` with anything. */
export const bodyAttacks: readonly Attack[] = [
  attack('127 levels', () => '['.repeat(126) + ']'.repeat(126), harmless),
  attack('128 levels', () => '['.repeat(127) + ']'.repeat(127), malformed('127 levels')),
  attack('200,000 levels', () => '['.repeat(200_000) + ']'.repeat(200_000), malformed('127 levels')),
  attack('200,000 levels of objects', () => `${'{"a":'.repeat(200_000)}1`, malformed('127 levels')),
  attack('a million brackets', () => '['.repeat(ROOM), malformed('127 levels')),
  attack('a megabyte of numbers', () => many('1'), tooLarge),
  attack(
    'a megabyte of numbers with a mistake at the end',
    () => `${many('1').slice(0, -2)}x]`,
    malformed('line 1'),
  ),
  attack('a megabyte of integers beyond 2^53', () => many('12345678901234567890'), tooLarge),
  attack(
    'a megabyte of numbers, the last of them long',
    () => `[${'1,'.repeat(500_000)}12345678901234567890]`,
    tooLarge,
  ),
  attack('a megabyte of objects', () => many('{"a":{}}'), tooLarge),
  attack('a megabyte of empty lists', () => many('[]'), tooLarge),
  attack('a megabyte of quotes', () => `"${'\\"'.repeat(ROOM / 2 - 2)}"`, tooLarge),
  attack(
    'a megabyte of backslashes that nothing ends',
    () => `"${'\\\\'.repeat(ROOM / 2 - 2)}`,
    malformed('line 1'),
  ),
  attack(
    'a hundred thousand keys',
    () => `{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
    tooLarge,
  ),
  attack('the same key a hundred thousand times', () => `{${'"a":1,'.repeat(100_000)}"a":2}`, harmless),
  attack(
    'a hundred thousand line breaks before a mistake',
    () => `${'\n'.repeat(100_000)}x`,
    malformed('line 100001'),
  ),
  attack('a megabyte of blanks', () => `${' '.repeat(ROOM - 1)}1`, harmless),
  attack('an infinite number', () => '[1e999]', outOfRange('1e999')),
  attack('a megabyte of infinite numbers', () => many('1e999'), outOfRange('data[0]')),
  attack('a number that vanishes', () => '1e-999', outOfRange('1e-999')),
  attack('a number of a million digits', () => '9'.repeat(ROOM), outOfRange('999')),
  attack('a fraction of a million zeros', () => `0.${'0'.repeat(ROOM - 3)}1`, outOfRange('0.000')),
  attack('an exponent of a million digits', () => `1e${'9'.repeat(ROOM - 2)}`, outOfRange('1e999')),
  attack('half of a surrogate pair', () => '"\\ud800"', malformed('surrogate')),
  attack('a megabyte of halves', () => many('"\\udc00"'), malformed('surrogate')),
  attack('half of a pair in a key', () => '{"\\ud83d":1}', malformed('surrogate')),
  attack(
    'keys of the prototype chain',
    () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    harmless,
  ),
  attack('a JSON text in a JSON text', () => JSON.stringify(JSON.stringify('['.repeat(200_000))), harmless),
  {
    name: 'an envelope that is inherited',
    body: () => '{"__proto__":{"data":1}}',
    ends: { kind: 'refused', status: 400, code: 'VALIDATION_ERROR', says: 'data: ' },
  },
  {
    name: 'a list for an envelope',
    body: () => many('1'),
    ends: { kind: 'refused', status: 400, code: 'VALIDATION_ERROR', says: 'object' },
  },
  {
    name: 'a body of more than a megabyte',
    body: () => `{"data":"${'x'.repeat(MEGABYTE)}"}`,
    ends: { kind: 'refused', status: 413, code: 'PAYLOAD_TOO_LARGE', says: 'larger' },
  },
  {
    name: 'metadata of a hundred thousand keys',
    body: () =>
      `{"data":1,"metadata":{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":1`).join(',')}}}`,
    ends: harmless,
  },
]

function xml(name: string, text: string, ends: Ending): Attack {
  return {
    name,
    tasks: () => [
      {
        id: 'xml',
        name: 'xml',
        function: { name: 'parse_xml', input: { source: 'payload', target: 'out', arrays: 'collect' } },
      },
    ],
    body: () => JSON.stringify({ data: text }),
    ends,
  }
}

const doctype = (entities: string) => `<!DOCTYPE a [${entities}]><a>&x;</a>`
const laughs = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
  '',
)

/** Messages for `parse_xml`. */
export const xmlAttacks: readonly Attack[] = [
  xml('a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l10;</a>`, invalid('XML')),
  xml('an entity of itself', doctype('<!ENTITY x "&x;">'), invalid('XML')),
  xml('an entity from a file', doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'), invalid('XML')),
  xml('elements 200,000 deep', '<a>'.repeat(200_000), invalid('XML')),
  xml('two hundred thousand elements', `<a>${'<b/>'.repeat(200_000)}</a>`, invalid('more than 100000')),
  xml('a hundred thousand elements that never end', '<b c="d">'.repeat(80_000), invalid('XML')),
  xml(
    'a hundred thousand attributes',
    `<a ${Array.from({ length: 60_000 }, (_, at) => `b${at}="1"`).join(' ')}/>`,
    harmless,
  ),
  xml(
    'attributes of the prototype chain',
    '<a __proto__="1" constructor="2"><__proto__>3</__proto__></a>',
    harmless,
  ),
  xml('a megabyte of unknown entities', `<a>${'&b;'.repeat(300_000)}</a>`, invalid('XML')),
  xml('a megabyte of ampersands', `<a>${'&amp;'.repeat(200_000)}</a>`, harmless),
  xml('a doctype that never ends', `<!DOCTYPE a [${'<!ENTITY b "c">'.repeat(60_000)}`, invalid('XML')),
  xml('quotes in a doctype that never end', `<!DOCTYPE a [${'"'.repeat(300_001)}`, invalid('XML')),
  xml('a comment that never ends', `<a><!--${'-'.repeat(500_000)}`, invalid('XML')),
  xml('a tag of blanks', `<a${' '.repeat(900_000)}`, invalid('XML')),
  xml('a name of a megabyte', `<${'a'.repeat(900_000)}`, invalid('XML')),
]
