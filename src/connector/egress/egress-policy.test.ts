import { describe, expect, test } from 'bun:test'
import { type EgressLists, EgressPolicy } from './egress-policy.ts'

interface Said {
  allowPrivate?: boolean
  connector?: EgressLists
  server?: EgressLists
}

function policy({ allowPrivate = false, connector = {}, server = {} }: Said = {}) {
  const rules = new EgressPolicy({ allowPrivate, connector, server })
  return {
    allows: (address: string, host = 'far.example') =>
      rules.refusesHost(host) === undefined && rules.refusesAddress(host, address) === undefined,
    why: (address: string, host = 'far.example') =>
      rules.refusesHost(host) ?? rules.refusesAddress(host, address),
  }
}

describe('what may be called', () => {
  test('is public, and private only where it is allowed', () => {
    expect(policy().allows('93.184.216.34')).toBe(true)
    expect(policy().allows('10.0.0.1')).toBe(false)
    expect(policy({ allowPrivate: true }).allows('10.0.0.1')).toBe(true)
  })

  test('is never link-local, metadata, multicast or unspecified, whatever the connector says', () => {
    const bold = policy({
      allowPrivate: true,
      connector: { allowAddresses: ['169.254.0.0/16', 'fe80::/10'] },
    })
    for (const address of ['169.254.1.1', '169.254.169.254', 'fe80::1', '224.0.0.1', '0.0.0.0', '::']) {
      expect(policy({ allowPrivate: true }).allows(address)).toBe(false)
      expect(bold.allows(address)).toBe(false)
    }
  })

  test('is what the server names, even the metadata service', () => {
    const named = policy({ server: { allowAddresses: ['169.254.169.254'] } })
    expect(named.allows('169.254.169.254')).toBe(true)
    expect(named.allows('169.254.1.1')).toBe(false)
  })

  test('is only what a list of addresses has, private ones included', () => {
    const listed = policy({ connector: { allowAddresses: ['10.1.0.0/16'] } })
    expect(listed.allows('10.1.2.3')).toBe(true)
    expect(listed.allows('10.2.0.1')).toBe(false)
    expect(listed.allows('93.184.216.34')).toBe(false)
  })

  test('is not made private by a range that is about everything', () => {
    const wide = policy({ connector: { allowAddresses: ['0.0.0.0/0', '::/0'] } })
    expect(wide.allows('93.184.216.34')).toBe(true)
    expect(wide.allows('10.0.0.1')).toBe(false)
    expect(wide.allows('fd00::1')).toBe(false)
  })

  test('is on the lists of the connector and of the server', () => {
    const both = policy({
      connector: { allowHosts: ['*.example.com'] },
      server: { allowHosts: ['api.example.com', 'db.example.org'] },
    })
    expect(both.allows('93.184.216.34', 'api.example.com')).toBe(true)
    expect(both.allows('93.184.216.34', 'www.example.com')).toBe(false)
    expect(both.allows('93.184.216.34', 'db.example.org')).toBe(false)
    expect(both.allows('93.184.216.34', 'example.com')).toBe(false)
  })

  test('is on no list of what is denied, by its name or by its address', () => {
    const denied = policy({ allowPrivate: true, server: { denyHosts: ['*.internal', '10.0.0.0/8', '::1'] } })
    expect(denied.allows('192.168.0.1', 'db.internal')).toBe(false)
    expect(denied.allows('10.0.0.1')).toBe(false)
    expect(denied.allows('::1')).toBe(false)
    expect(denied.allows('192.168.0.1')).toBe(true)
  })

  test('is told with the switch that would allow it', () => {
    expect(policy().why('10.0.0.1', '10.0.0.1')).toBe(
      '10.0.0.1 is a private address; "allow_private_urls" or "allow_addresses" of the connector would allow it',
    )
    expect(policy({ server: { allowHosts: ['a.example'] } }).why('93.184.216.34')).toBe(
      '"allow_hosts" of the server does not have "far.example"',
    )
  })
})
