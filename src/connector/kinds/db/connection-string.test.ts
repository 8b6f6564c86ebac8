import { expect, test } from 'bun:test'
import { databaseProblems } from './check-db.ts'
import { databaseAddress } from './connection-string.ts'

test.each([
  [
    'postgres://ann:p%40ss@db.example.com/shop',
    {
      dialect: 'postgres',
      host: 'db.example.com',
      port: 5432,
      user: 'ann',
      password: 'p@ss',
      database: 'shop',
    },
  ],
  ['postgresql://ann@[::1]:5433', { dialect: 'postgres', host: '[::1]', port: 5433, database: 'ann' }],
  ['mysql://root:x@db:3307/shop', { dialect: 'mysql', port: 3307, database: 'shop', tls: undefined }],
  ['MariaDB://db/shop', { dialect: 'mysql', port: 3306, user: 'root' }],
  ['mysql://db/shop?ssl-mode=VERIFY_IDENTITY', { tls: { isVerified: true } }],
  ['postgres://db/shop?sslmode=require', { tls: { isVerified: false } }],
  ['postgres://db/shop?sslmode=verify-full', { tls: { isVerified: true } }],
  ['postgres://db/shop?sslmode=disable', { tls: undefined }],
  ['postgres://db/shop?application_name=x&sslmode=prefer', { tls: undefined }],
  ['sqlite::memory:', { dialect: 'sqlite', path: undefined }],
  ['sqlite:shop.db', { dialect: 'sqlite', path: 'shop.db' }],
  ['sqlite:///data/shop.db', { dialect: 'sqlite', path: '/data/shop.db' }],
])('%s says where a database is', (text, address) => {
  expect(databaseAddress(text)).toMatchObject(address)
  expect(databaseProblems({ connection_string: text })).toEqual([])
})

test.each([
  'postgres://',
  'postgres://a,b/shop',
  'postgres://ann:%@db/shop',
  'postgres://db/shop?sslmode=maybe',
  'postgres://db/shop?sslrootcert=/etc/passwd',
  'sqlite:',
  'sqlite:x.db?mode=ro',
])('%s is refused when the connector is written, without its text', text => {
  const [problem] = databaseProblems({ connection_string: text })
  expect(problem?.path).toBe('config.connection_string')
  expect(`${problem?.message} ${problem?.got}`).not.toContain(text)
})

test('a reference is looked up when the connector is loaded', () => {
  for (const connection_string of [
    'env://DATABASE',
    `postgres://ann:${'$'}{PASSWORD}@db/shop`,
    'secret://db',
  ]) {
    expect(databaseProblems({ connection_string })).toEqual([])
  }
})

test.each(['mongodb://db/shop', 'shop', ''])(
  '%s is no address of ours, and is told so when it is used',
  text => {
    expect(databaseAddress(text)).toMatchObject({ problem: expect.stringContaining('scheme') })
    expect(databaseProblems({ connection_string: text })).toEqual([])
  },
)
