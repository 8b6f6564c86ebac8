import type { Backing } from './backing.ts'
import { greets } from './greets.ts'
import { findProgram } from './programs.ts'

/** Redis that keeps what it holds over a restart, with TLS on a second port and databases for many tests. */
export const redis: Backing = {
  name: 'redis',
  title: 'Redis',
  packages: ['redis-server', 'openssl'],
  urlVariable: 'ORION_TEST_REDIS_URL',
  systemUser: 'redis',
  databaseUser: '',
  database: '0',
  scheme: 'redis',

  find: () => findProgram('redis-server'),

  prepare: async () => [],

  command: (program, { folder, port, tlsPort, password, certificate, key }) => [
    program,
    ...['--port', String(port)],
    ...['--bind', '127.0.0.1'],
    ...['--dir', folder],
    ...['--requirepass', password],
    ...['--databases', '1024'],
    ...['--appendonly', 'yes'],
    ...['--appendfsync', 'everysec'],
    ...['--save', ''],
    ...['--tls-port', String(tlsPort)],
    ...['--tls-cert-file', certificate],
    ...['--tls-key-file', key],
    ...['--tls-ca-cert-file', certificate],
    ...['--tls-auth-clients', 'no'],
  ],

  isReady: (_program, { port, password }) =>
    greets(port, `AUTH ${password}\r\nPING\r\n`, answer => answer.includes('+PONG')),

  stopSignal: 'SIGTERM',
}
