import { describe, expect, test } from 'bun:test'
import { load, mistakes } from '../test-load.ts'

describe('where connectors may call', () => {
  test('is read as hosts and ranges of addresses', () => {
    const env = {
      ORION_EGRESS__ALLOW_HOSTS: 'api.example.com, *.example.org, 10.0.0.0/8',
      ORION_EGRESS__ALLOW_ADDRESSES: '169.254.169.254, fd00::/8',
    }
    expect(load({ env }).egress).toEqual({
      allow_hosts: ['api.example.com', '*.example.org', '10.0.0.0/8'],
      allow_addresses: ['169.254.169.254', 'fd00::/8'],
      deny_hosts: [],
    })
  })

  test('is refused when it could never hold', () => {
    const env = {
      ORION_EGRESS__ALLOW_HOSTS: 'https://api.example.com',
      ORION_EGRESS__ALLOW_ADDRESSES: '10.0.0.1/8',
      ORION_EGRESS__DENY_HOSTS: 'a*.example.com',
    }
    expect(mistakes({ env })).toEqual([
      expect.stringContaining('egress.allow_addresses: "10.0.0.1/8" is no range of addresses'),
      expect.stringContaining('egress.allow_hosts: "https://api.example.com" is no host'),
      expect.stringContaining('egress.deny_hosts: "a*.example.com" is no host'),
    ])
  })
})
