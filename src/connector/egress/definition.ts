import { Type } from '@sinclair/typebox'

const Hosts = (description: string) =>
  Type.Optional(
    Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[^\\s/:@?#\\\\]+$|^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$',
        expected: 'a name, *.example.com, an address or a range of addresses',
      }),
      { minItems: 1, maxItems: 1000, description },
    ),
  )

/** What every connector that calls out may say of where it may call. */
export const egressKeys = {
  allow_private_urls: Type.Optional(
    Type.Boolean({
      description:
        'Whether it may call private, loopback and reserved addresses; false for http, true for other types when left out',
    }),
  ),
  allow_hosts: Hosts('Names, `*.example.com`, addresses or ranges: only these are called'),
  allow_addresses: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: 1000,
      description:
        'Addresses and ranges (`10.1.0.0/16`): only these are called, and private ones among them are allowed',
    }),
  ),
  deny_hosts: Hosts('Names, `*.example.com`, addresses or ranges that are not called'),
}
