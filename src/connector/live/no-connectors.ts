import { ConnectorError } from '../failure.ts'
import type { ConnectorCalls } from './connector-calls.ts'

/** For runs that reach no other system. */
export const NO_CONNECTORS: ConnectorCalls = {
  call: name =>
    Promise.reject(
      new ConnectorError('UPSTREAM_UNAVAILABLE', `Connector '${name}' not found`, { isPassing: false }),
    ),
}
