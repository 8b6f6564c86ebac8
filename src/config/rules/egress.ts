import { addressRange } from '../../std/address-range.ts'
import type { Rule } from './rule.ts'

const ADDRESSES = 'egress.allow_addresses'
const HOST = /^(\*\.)?[^\s/:@?#\\*]+$/

export const egressRules: readonly Rule[] = [
  {
    keys: [ADDRESSES],
    check: ({ egress }) =>
      egress.allow_addresses
        .filter(text => addressRange(text) === undefined)
        .map(
          text =>
            `${ADDRESSES}: ${JSON.stringify(text)} is no range of addresses; right would be one like 10.1.0.0/16`,
        ),
  },
  hostRule('allow_hosts'),
  hostRule('deny_hosts'),
]

function hostRule(key: 'allow_hosts' | 'deny_hosts'): Rule {
  return {
    keys: [`egress.${key}`],
    check: ({ egress }) =>
      egress[key]
        .filter(text => addressRange(text) === undefined && !HOST.test(text))
        .map(
          text =>
            `egress.${key}: ${JSON.stringify(text)} is no host; right would be api.example.com, *.example.com or 10.1.0.0/16`,
        ),
  }
}
