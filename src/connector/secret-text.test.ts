import { describe, expect, test } from 'bun:test'
import { isSecretName, maskText, restoreText } from './secret-text.ts'

describe('masked', () => {
  test.each([
    ['redis://u:p@h:6379', 'redis://******:******@h:6379'],
    ['redis://:p@h', 'redis://:******@h'],
    ['redis://u@h', 'redis://******@h'],
    ['redis://u:@h', 'redis://******:@h'],
    ['HTTP://u:p@h/', 'HTTP://******:******@h/'],
    ['redis://u:p@ss@h', 'redis://******:******@h'],
    ['redis://u%40x:p%2F@h', 'redis://******:******@h'],
    ['http://us er:p w@h', 'http://******:******@h'],
    ['mongodb://u:p@h1:1,h2:2/db', 'mongodb://******:******@h1:1,h2:2/db'],
    ['redis://a:b@h1 redis://c:d@h2', 'redis://******:******@h1 redis://******:******@h2'],
    ['//u:p@h/x', '//******:******@h/x'],
    ['u:p@h:587', '******:******@h:587'],
    ['https://h/?api_key=k&page=1', 'https://h/?api_key=******&page=1'],
    ['https://h/?page=1&ACCESS_TOKEN=k#sig=z', 'https://h/?page=1&ACCESS_TOKEN=******#sig=******'],
    ['https://h/?api%5Fkey=k', 'https://h/?api%5Fkey=******'],
    ['sqlserver://h;password=p;user=u', 'sqlserver://h;password=******;user=u'],
    ['https://h/?X-Amz-Signature=abc', 'https://h/?X-Amz-Signature=******'],
    ['https://u:p@h/?to=https://v:q@i/', 'https://******:******@h/?to=https://******:******@i/'],
  ])('%p', (text, masked) => {
    expect(maskText(text)).toBe(masked)
    expect(restoreText(masked, text)).toBe(text)
  })

  test.each([
    'postgres://u:pa/ss@h/db',
    'http:\\\\u:p@h',
    'http:u:p@h/x',
    'http:/u:p@h',
    'ht\ntp://u:pa/s@h',
  ])('%j whole, as its parts cannot be told apart', text => {
    const masked = maskText(text)
    expect(masked).not.toMatch(/u:|p@|pa/)
    expect(restoreText(masked, text)).toBe(text)
  })

  test.each([
    '',
    'plain',
    'a@b.example.com',
    'https://h/users/@me',
    'https://h/?page=2&monkey=1&tokens_max=5',
    'https://h/?token=',
    'b1:9092',
    'https://h/%zz?%zz=1',
    'orders;x=1',
  ])('%p has nothing to mask', text => {
    expect(maskText(text)).toBe(text)
    expect(restoreText(text, undefined)).toBe(text)
  })
})

test('a name tells a secret by its end', () => {
  for (const name of ['pwd', 'db-password', 'x_auth_token', 'key', 'AccountKey', 'sig', 'dsn']) {
    expect([name, isSecretName(name)]).toEqual([name, true])
  }
  for (const name of ['partition_key', 'monkey', 'max_tokens', 'secret_name', 'username', 'url', 'config']) {
    expect([name, isSecretName(name)]).toEqual([name, false])
  }
})

describe('restored', () => {
  test('each URL has its own secrets', () => {
    const stored = 'redis://a:b@h1,redis://c:d@h2'
    expect(restoreText('redis://x:******@h1,redis://******:y@h2', stored)).toBe(
      'redis://x:b@h1,redis://c:y@h2',
    )
  })

  test('parameters are found by their name, one after another', () => {
    const stored = 'https://h/?token=1&page=2&token=3'
    expect(restoreText('https://h/?token=******&token=******', stored)).toBe('https://h/?token=1&token=3')
    expect(restoreText('https://h/?token=******&token=******&token=******', stored)).toBeUndefined()
  })

  test('a mask with nothing behind it restores nothing', () => {
    expect(restoreText('redis://******@h', undefined)).toBeUndefined()
    expect(restoreText('redis://******@h', 'redis://h')).toBeUndefined()
    expect(restoreText('redis://u:******@h', 'redis://u@h')).toBeUndefined()
    expect(restoreText('https://h/?key=******', 'https://h/?token=x')).toBeUndefined()
  })

  test('a dollar sign in a secret is a dollar sign', () => {
    expect(restoreText('redis://******:******@h2', 'redis://$1:$&@h')).toBe('redis://$1:$&@h2')
  })
})
