import type { Clients, KindName } from '../connector/kinds/index.ts'
import type { ConnectorCall } from '../connector/live/connector-calls.ts'
import type { Json } from '../std/json.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { assignNew, compilePlace } from './paths.ts'

/** What a function says of one of its calls. */
type Asked = Pick<ConnectorCall, 'operation' | 'alsoDoes' | 'isRepeatable' | 'maxRetries'>

/** A run without a signal cannot be stopped. */
const NEVER = new AbortController().signal

/** Calls over a connector on behalf of a run. Rejects with ConnectorError. */
export function callOver<Name extends KindName, Result>(
  run: RunContext,
  connector: string,
  kind: Name,
  asked: Asked,
  attempt: (client: Clients[Name], signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { channel, deadlineAt, signal = NEVER } = run
  return run.connectors.call(connector, kind, { ...asked, channel, deadlineAt, signal }, attempt)
}

/** Writes what a call gave to the path of `output`; without one it takes the place of all of `data` (contract 11.1). */
export function compileOutput(
  output: string | undefined,
  { limits }: CompileContext,
): (run: RunContext, value: Json) => void {
  const place = compilePlace(output ?? 'data', limits.maxArrayPadding)
  return (run, value) => assignNew(run, place, value)
}
