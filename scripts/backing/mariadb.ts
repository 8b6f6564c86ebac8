import { join } from 'node:path'
import type { Backing } from './backing.ts'
import { greets } from './greets.ts'
import { findProgram } from './programs.ts'

/** MariaDB without fsync, with TLS for those who ask. */
export const mariadb: Backing = {
  name: 'mariadb',
  title: 'MariaDB',
  packages: ['mariadb-server', 'openssl'],
  urlVariable: 'ORION_TEST_MYSQL_URL',
  systemUser: 'mysql',
  databaseUser: 'orion',
  database: 'orion',
  scheme: 'mysql',

  find: () => findProgram('mariadbd'),

  async prepare(_program, { folder, user, password, database }) {
    // Runs at every start, one statement a line.
    const statements = [
      `CREATE DATABASE IF NOT EXISTS ${database} CHARACTER SET utf8mb4;`,
      `CREATE USER IF NOT EXISTS '${user}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
      `GRANT ALL ON *.* TO '${user}'@'127.0.0.1' WITH GRANT OPTION;`,
    ]
    await Bun.write(join(folder, 'init.sql'), `${statements.join('\n')}\n`)
    return [
      [
        findProgram('mariadb-install-db') ?? 'mariadb-install-db',
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
        '--innodb-log-file-size=8M',
        '--innodb-flush-log-at-trx-commit=0',
      ],
    ]
  },

  command: (program, { folder, port, certificate, key }) => [
    program,
    // Otherwise it opens the data of the machine.
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--init-file=${join(folder, 'init.sql')}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--max-connections=500',
    // Tests break connections on purpose.
    '--max-connect-errors=1000000000',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=8M',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-flush-method=nosync',
    '--sync-binlog=0',
    '--performance-schema=off',
    `--ssl-cert=${certificate}`,
    `--ssl-key=${key}`,
  ],

  // It greets everybody, and nobody before the statements above have run.
  isReady: (_program, { port }) => greets(port, '', answer => answer.length > 4),

  stopSignal: 'SIGTERM',
}
