import { list, section } from '../kinds.ts'

export const egress = section(
  'Where connectors may call, whatever they say themselves. An empty list says nothing.',
  {
    allow_hosts: list(
      'Only these hosts are called: names, `*.example.com`, addresses, ranges of addresses.',
      {
        default: [],
      },
    ),
    allow_addresses: list(
      'Only addresses of these ranges are called. One that lies within one kind of addresses (`10.0.0.0/8`, `169.254.169.254`) allows what would be refused.',
      { default: [] },
    ),
    deny_hosts: list('These hosts are never called: names, `*.example.com`, addresses, ranges.', {
      default: [],
    }),
  },
)
