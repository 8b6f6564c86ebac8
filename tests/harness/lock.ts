import { Database } from 'bun:sqlite'
import { join } from 'node:path'

/** Holds the write lock of a server's database until it is disposed of, so that whoever stores something waits. */
export function lockDatabase(folder: string): Disposable {
  const database = new Database(join(folder, 'orion.db'))
  database.run('begin immediate')
  return {
    [Symbol.dispose]() {
      database.close()
    },
  }
}
