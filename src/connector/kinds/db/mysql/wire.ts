import type { Connection, FieldPacket, PrepareStatementInfo, ResultSetHeader } from 'mysql2'

/** What one execution gave. */
export interface Executed {
  readonly columns: readonly FieldPacket[]
  /** Undefined where rows came instead. */
  readonly header: ResultSetHeader | undefined
}

/** The connection of a session as promises; each is rejected when the connection ends. */
export class MysqlWire {
  readonly #connection: Connection
  readonly #lost: Promise<never>
  #isLost = false

  constructor(connection: Connection) {
    this.#connection = connection
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => undefined)
    this.#lost = promise
    const lose = (error?: unknown) => {
      this.#isLost = true
      reject(error instanceof Error ? error : new Error('the connection was closed'))
    }
    connection.on('error', lose)
    connection.on('end', lose)
  }

  get isLost(): boolean {
    return this.#isLost
  }

  get threadId(): number {
    return this.#connection.threadId
  }

  /** A statement of ours, without values. */
  say(statement: string): Promise<void> {
    return this.#asked(done => this.#connection.query(statement, error => done(error, undefined)))
  }

  prepare(query: string): Promise<PrepareStatementInfo> {
    return this.#asked(done => this.#connection.prepare(query, done))
  }

  /** `row` gets every row as it comes. */
  execute(
    statement: PrepareStatementInfo,
    values: readonly unknown[],
    row: (values: readonly unknown[]) => void,
  ): Promise<Executed> {
    const { promise, resolve, reject } = Promise.withResolvers<Executed>()
    let columns: readonly FieldPacket[] = []
    let header: ResultSetHeader | undefined
    const command = statement.execute([...values])
    command.on('error', reject)
    command.on('fields', (fields: unknown) => {
      // Of a procedure, the first result counts.
      if (Array.isArray(fields) && columns.length === 0) columns = fields
    })
    command.on('result', (result: unknown, at: number) => {
      if (Array.isArray(result)) {
        if (at === 0) row(result)
      } else if (isHeader(result)) header ??= result
    })
    command.on('end', () => resolve({ columns, header }))
    return Promise.race([promise, this.#lost])
  }

  /** Says goodbye. */
  leave(): Promise<void> {
    return this.#asked(done => this.#connection.end(error => done(error ?? null, undefined)))
  }

  #asked<Result>(ask: (done: (error: Error | null, result: Result) => void) => void): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    if (this.#isLost) return this.#lost
    ask((error, result) => (error === null ? resolve(result) : reject(error)))
    return Promise.race([promise, this.#lost])
  }
}

function isHeader(result: unknown): result is ResultSetHeader {
  return typeof result === 'object' && result !== null && 'affectedRows' in result
}
