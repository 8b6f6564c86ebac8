import { describe, expect, test } from 'bun:test'
import { load, mistakes } from '../test-load.ts'

describe('cors.allowed_origins', () => {
  test.each([
    '["*"]',
    '[]',
    '["null"]',
    '["https://app.example.com", "HTTP://localhost:3000", "capacitor://localhost"]',
  ])('%s is fine', origins => {
    expect(mistakes({ toml: `cors.allowed_origins = ${origins}` })).toEqual([])
  })

  test.each([
    ['"app.example.com"', 'right would be one like https://app.example.com'],
    ['""', 'right would be one like https://app.example.com'],
    ['"https://app.example.com/path"', 'right would be one like https://app.example.com'],
    ['"https://app.example.com/"', 'right would be https://app.example.com'],
    ['"https://app.example.com:443"', 'right would be https://app.example.com'],
    ['"https://*.example.com/"', 'right would be'],
  ])('%s is none, and its place is told', (origin, right) => {
    expect(mistakes({ toml: `cors.allowed_origins = [${origin}]` })).toEqual([
      expect.stringMatching(
        /^orion\.toml:1:24: cors\.allowed_origins: .* is not an origin as browsers send it; /,
      ),
    ])
    expect(mistakes({ toml: `cors.allowed_origins = [${origin}]` })[0]).toContain(right)
  })

  test('"*" stands alone', () => {
    expect(mistakes({ env: { ORION_CORS__ALLOWED_ORIGINS: '*,https://app.example.com' } })).toEqual([
      'ORION_CORS__ALLOWED_ORIGINS: cors.allowed_origins has "*" beside others: "*" alone is all of them',
    ])
  })

  test('in production they are named', () => {
    const env = { ORION_ENV: 'production', ORION_ADMIN_AUTH__API_KEY: 'k', ORION_ADMIN_AUTH__ENABLED: 'true' }
    expect(mistakes({ env })).toEqual([
      expect.stringContaining(
        'ORION_ENV: cors.allowed_origins is ["*"] and environment "production" is production',
      ),
    ])
    expect(mistakes({ env: { ...env, ORION_CORS__ALLOWED_ORIGINS: '' } })).toEqual([])
  })
})

test('credentials need origins that are named', () => {
  expect(mistakes({ toml: '[cors]\nallow_credentials = true' })).toEqual([
    expect.stringContaining('orion.toml:2:21: cors.allow_credentials is true'),
  ])
  const cors = load({
    toml: '[cors]\nallow_credentials = true\nallowed_origins = ["https://a.example"]',
  }).cors
  expect(cors.allow_credentials).toBe(true)
})

test.each(['allowed_headers', 'exposed_headers'])('cors.%s are names, or "*" alone', key => {
  expect(mistakes({ toml: `cors.${key} = ["x-a", "x b"]` })).toEqual([
    expect.stringContaining(`cors.${key}: "x b" is not the name of an HTTP header`),
  ])
  expect(mistakes({ toml: `cors.${key} = ["*", "x-a"]` })).toEqual([
    expect.stringContaining(`cors.${key} has "*" beside others`),
  ])
  expect(mistakes({ toml: `cors.${key} = ["X-A"]` })).toEqual([])
})
