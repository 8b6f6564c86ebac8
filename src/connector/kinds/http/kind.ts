import type { ConnectorKind } from '../kind.ts'
import type { HttpClient } from './client.ts'
import { DialledHttpClient } from './dialled-client.ts'

export const httpKind: ConnectorKind<HttpClient> = {
  title: 'an HTTP connector',
  type: 'http',
  retries: { maxRetries: 3, delayMs: 1000 },
  open: (config, needs) => new DialledHttpClient(config, needs),
  probe: (client, signal) => client.probe(signal),
}
