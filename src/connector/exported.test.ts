import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { exportedConfig } from './exported.ts'
import { keepMasked } from './masking.ts'
import { MASK } from './secret-text.ts'

describe('an exported configuration', () => {
  test.each([
    'env://CRM_TOKEN',
    'file:///run/secrets/token',
    'secret://crm-token',
    `\${CRM_TOKEN}`,
    `Bearer \${CRM_TOKEN}`,
    `Basic \${CRM_TOKEN}`,
    `postgres://app:\${DB_PASSWORD}@db.example/orders`,
    `https://x.example/?token=\${TOKEN}&page=2`,
    `redis://:\${PASSWORD}@cache:6379/0`,
  ])('tells where the secret is: %s', reference => {
    const config = {
      url: reference,
      password: reference,
      headers: { 'x-key': reference },
      auth: { type: 'bearer', token: reference },
    }
    expect(exportedConfig(config)).toEqual(config)
    // So that it is taken elsewhere.
    expect(keepMasked(exportedConfig(config), undefined).problems).toEqual([])
  })

  test.each<Json>([
    'literal',
    '',
    `\${TOKEN:-literal}`,
    `literal \${TOKEN}`,
    `\${TOKEN}literal`,
    `\${A}\${B}`,
    'env://literal with spaces',
    'secret://no/such-name',
    'env://sk-live-4eC39',
    'env://A@literal',
    `postgres://app:literal@db/x?token=\${TOKEN}`,
    `postgres://app:\${PASSWORD}@db/x?token=literal`,
    `postgres://app:\${PASSWORD:-literal}@db/x`,
    `postgres://app:\${PASSWORD}literal@db/x`,
    `https://x.example/?token=\${TOKEN}literal`,
    'https://hooks.example/literal',
    7,
    { list: [`\${TOKEN}`, 'literal'] },
  ])('hides what is, or may hold, the secret itself: %j', literal => {
    expect(exportedConfig({ token: literal })).toEqual({ token: MASK })
    expect(exportedConfig({ headers: { 'x-key': literal } })).toEqual({ headers: { 'x-key': MASK } })
  })

  test('shows of a URL what reads show of it', () => {
    const url = `https://me:literal@x.example/\${PATH}?token=literal&page=2`
    expect(exportedConfig({ url })).toEqual({
      url: `https://******:******@x.example/\${PATH}?token=******&page=2`,
    })
    expect(exportedConfig({ url: 'https://x.example/v1', auth: { type: 'basic', username: 'u' } })).toEqual({
      url: 'https://x.example/v1',
      auth: { type: 'basic', username: 'u' },
    })
  })
})
