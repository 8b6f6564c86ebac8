import type { Clock } from '../../std/clock.ts'
import type { JsonObject } from '../../std/json.ts'
import type { ConnectorType } from '../definition.ts'
import type { Dialler } from '../egress/dialler.ts'
import type { RetryPolicy } from '../retry.ts'
import type { DatabaseNeeds } from './db/needs.ts'

/** What a client may use. */
export interface ClientNeeds {
  /** Of the connector. */
  readonly name: string
  readonly clock: Clock
  /** Where every connection of the client comes from. */
  readonly dialler: Dialler
  /** How Orion names itself: `orion/1.2.3`. */
  readonly userAgent: string
  readonly databases: DatabaseNeeds
}

/** Something that is closed once nobody uses it. */
export interface Closable {
  /** It holds what would be lost with it, so it is closed with its connector only, never because nobody uses it. */
  readonly isStore?: boolean
  /** Calls that it has may fail. */
  close(): Promise<void>
}

/** One kind of far side. Clients connect when they are first used and are safe to use side by side. */
export interface ConnectorKind<Client extends Closable> {
  /** What tasks call it: `is not an HTTP connector`. */
  readonly title: string
  readonly type: ConnectorType
  /** When its config says nothing of `retry`. */
  readonly retries: RetryPolicy
  /** A client over `config`, which is checked and whose secrets are in clear. Throws ConnectorError. */
  open(config: JsonObject, needs: ClientNeeds): Client
  /**
   * Really asks the far side something that changes nothing there, over `client`, which is open for this probe alone.
   * Gives what it found, in words (`PostgreSQL 15.18`), or nothing. Rejects with a ConnectorError whose `note` says in
   * words what failed, without credentials, and whose `stage` says where.
   */
  probe(client: Client, signal: AbortSignal): Promise<string | undefined>
}
