/** Ways to write one IPv4 address as the host of a URL, each with what it is. */
export function spellings(address: string): readonly (readonly [what: string, host: string])[] {
  const bytes = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const high = (a * 256 + b).toString(16)
  const low = (c * 256 + d).toString(16)
  const hidden = ((a ^ 255) * 256 + (b ^ 255)).toString(16)
  const alsoHidden = ((c ^ 255) * 256 + (d ^ 255)).toString(16)
  return [
    ['dotted', address],
    ['decimal', String(number)],
    ['hexadecimal', `0x${number.toString(16)}`],
    ['octal', `0${number.toString(8)}`],
    ['hexadecimal bytes', bytes.map(byte => `0x${byte.toString(16)}`).join('.')],
    ['octal bytes', bytes.map(byte => `0${byte.toString(8)}`).join('.')],
    ['padded octal bytes', bytes.map(byte => `000${byte.toString(8)}`).join('.')],
    ['mixed bytes', `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`],
    ['two parts', `${a}.${number % 2 ** 24}`],
    ['three parts', `${a}.${b}.${number % 2 ** 16}`],
    ['dot at its end', `${address}.`],
    ['full-width digits', wide(address, 0xff10)],
    ['circled digits', circled(address)],
    ['mathematical digits', wide(address, 0x1d7d8)],
    ['ideographic dots', address.replaceAll('.', '\u3002')],
    ['escaped digits', [...address].map(char => `%${char.charCodeAt(0).toString(16)}`).join('')],
    ['soft hyphens', address.replace('.', '\u00ad.')],
    ['behind a user', `public.example@${address}`],
    ['behind a user and password', `public.example:80@${address}`],
    ['mapped', `[::ffff:${address}]`],
    ['mapped in words', `[::ffff:${high}:${low}]`],
    ['mapped in full', `[0:0:0:0:0:FFFF:${address}]`],
    ['compatible', `[::${address}]`],
    ['translated', `[::ffff:0:${address}]`],
    ['NAT64', `[64:ff9b::${address}]`],
    ['NAT64 in words', `[64:ff9b::${high}:${low}]`],
    ['local NAT64', `[64:ff9b:1::${address}]`],
    ['6to4', `[2002:${high}:${low}::1]`],
    ['Teredo', `[2001:0:4136:e378:8000:63bf:${hidden}:${alsoHidden}]`],
    ['Teredo server', `[2001:0:${high}:${low}::1]`],
    ['ISATAP', `[2001:4860::5efe:${address}]`],
    ['with a zone', `[::ffff:${address}%25lo]`],
  ]
}

/** Ways to write one IPv6 address as the host of a URL. */
export function spellingsV6(address: string): readonly (readonly [what: string, host: string])[] {
  return [
    ['as it is', `[${address}]`],
    ['in capitals', `[${address.toUpperCase()}]`],
    ['with a zone', `[${address}%25lo]`],
    ['with a bare zone', `[${address}%lo]`],
    ['behind a user', `public.example@[${address}]`],
  ]
}

function wide(address: string, zero: number): string {
  return address.replaceAll(/\d/g, digit => String.fromCodePoint(zero + Number(digit)))
}

function circled(address: string): string {
  return address.replaceAll(/\d/g, digit =>
    digit === '0' ? '\u24ea' : String.fromCodePoint(0x245f + Number(digit)),
  )
}
