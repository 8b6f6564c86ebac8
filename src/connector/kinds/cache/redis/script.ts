import { ConnectorError } from '../../../failure.ts'

/** What a far side answers: texts are bytes. */
export type Reply = null | number | Buffer | readonly Reply[]

/** A script in Lua that Redis runs in one piece. */
export class Script {
  readonly source: string
  /** By which Redis knows it once it has seen it. */
  readonly sha: string

  constructor(source: string) {
    this.source = source
    this.sha = new Bun.CryptoHasher('sha1').update(source).digest('hex')
  }
}

/** Runs scripts beside the values. Rejects with ConnectorError. */
export interface ScriptRunner {
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply>
}

/** Throws ConnectorError for a reply of another shape: whoever answers is no Redis. */
export function numberReply(reply: Reply | undefined): number {
  return typeof reply === 'number' ? reply : strange('a number')
}

export function listReply(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : strange('a list')
}

export function bytesReply(reply: Reply | undefined): Buffer {
  return Buffer.isBuffer(reply) ? reply : strange('a text')
}

export function textReply(reply: Reply | undefined): string {
  return bytesReply(reply).toString()
}

export function strange(expected: string): never {
  throw new ConnectorError('UPSTREAM_ERROR', 'The system behind the connector answers with something else', {
    note: `an answer is not ${expected}`,
    isUnwell: true,
  })
}
