import { mayRead, type Reads } from '../../engine/reads.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Facts } from '../arrival.ts'

/** What of a request's facts an expression reads; the others are not worked out. */
type Fact = 'client_ip' | 'method' | 'path' | 'headers' | 'query' | 'params'

const FACTS: readonly Fact[] = ['client_ip', 'method', 'path', 'headers', 'query', 'params']

/** Which facts an expression that reads `reads` may look at. */
export function factsRead(reads: Reads): readonly Fact[] {
  return FACTS.filter(fact => mayRead(reads, fact))
}

/** Writes the facts into the scope that a guard's expression is evaluated over. Headers have their real values there. */
export function writeFacts(scope: JsonObject, facts: Facts, wanted: readonly Fact[]): JsonObject {
  for (const fact of wanted) scope[fact] = READ[fact](facts)
  return scope
}

const READ: Readonly<Record<Fact, (facts: Facts) => JsonObject | string>> = {
  client_ip: facts => facts.clientIp(),
  method: facts => facts.method,
  path: facts => facts.path,
  headers: facts => facts.headers(),
  query: facts => facts.query(),
  params: facts => ({ ...facts.params }),
}
