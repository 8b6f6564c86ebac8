/** An expression that a channel may have, and what it sees of a request. */
export interface GuardScope {
  /** Dotted, below `config`. */
  readonly place: string
  readonly use: 'condition' | 'key'
  readonly roots: readonly string[]
}

const REQUEST = ['headers', 'query', 'params', 'path']
const COUNTED = ['client_ip', 'channel', 'method', ...REQUEST]

/** What the guards evaluate their logic over; the schemas of the guards say the same in words. */
export const GUARD_SCOPES: readonly GuardScope[] = [
  { place: 'rate_limit.key_logic', use: 'key', roots: [...COUNTED, 'data'] },
  { place: 'auth.authorization_logic', use: 'condition', roots: ['claims'] },
  { place: 'principal_rate_limit.key_logic', use: 'key', roots: [...COUNTED, 'auth', 'claims'] },
  { place: 'validation_logic', use: 'condition', roots: ['data', 'metadata', ...REQUEST] },
  { place: 'cache.key_logic', use: 'key', roots: ['data', 'metadata', 'method', ...REQUEST] },
  { place: 'rollout_key', use: 'key', roots: [...COUNTED, 'data', 'auth', 'claims'] },
]
