import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Glob } from 'bun'
import type { Backing } from './backing.ts'
import { findProgram, run } from './programs.ts'

const DEBIAN_FOLDER = '/usr/lib/postgresql'

/** PostgreSQL without fsync, with TLS for those who ask, on TCP alone. */
export const postgres: Backing = {
  name: 'postgres',
  title: 'PostgreSQL',
  packages: ['postgresql'],
  urlVariable: 'ORION_TEST_POSTGRES_URL',
  systemUser: 'postgres',
  databaseUser: 'orion',
  database: 'postgres',
  scheme: 'postgres',

  /** Debian keeps its programs away from the PATH, one folder per version; the newest is taken. */
  find() {
    if (!existsSync(DEBIAN_FOLDER)) return findProgram('postgres')
    const installed = [...new Glob('*/bin/postgres').scanSync({ cwd: DEBIAN_FOLDER, absolute: true })]
    return installed.sort((a, b) => versionOf(b) - versionOf(a))[0] ?? findProgram('postgres')
  },

  async prepare(program, { folder, user, password }) {
    const passwordFile = join(folder, 'password')
    await Bun.write(passwordFile, password)
    return [
      [
        join(dirname(program), 'initdb'),
        `--pgdata=${join(folder, 'data')}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      ],
    ]
  },

  command(program, { folder, port, certificate, key }) {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      max_connections: 300,
      unix_socket_directories: '',
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      ssl: 'on',
      ssl_cert_file: certificate,
      ssl_key_file: key,
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    return [program, '-D', join(folder, 'data'), ...options]
  },

  async isReady(program, { port }) {
    const ask = [join(dirname(program), 'pg_isready'), '-q', '-h', '127.0.0.1', '-p', String(port)]
    return run(ask, '/').then(
      () => true,
      () => false,
    )
  },

  // SIGTERM would wait for those who are connected.
  stopSignal: 'SIGINT',
}

function versionOf(program: string): number {
  return Number(program.slice(DEBIAN_FOLDER.length + 1).split('/')[0])
}
