import { ConnectorError } from '../connector/failure.ts'
import type { Clients, KindName } from '../connector/kinds/index.ts'
import type { ConnectorCall } from '../connector/live/connector-calls.ts'
import type { Json } from '../std/json.ts'
import { rootNamed } from './context.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { withoutSecrets } from './hiding-task.ts'
import { assignNew, compilePlace, type Place } from './paths.ts'

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
  const { channel, deadlineAt, signal = NEVER, hidden } = run
  const { operation, alsoDoes, isRepeatable, maxRetries } = asked
  const call = { channel, operation, alsoDoes, isRepeatable, maxRetries, deadlineAt, signal }
  if (hidden === undefined) return run.connectors.call(connector, kind, call, attempt)
  // Breakers keep what an attempt failed with.
  return run.connectors.call(connector, kind, call, (client, stop) =>
    attempt(client, stop).catch(error => {
      throw error instanceof ConnectorError ? withoutSecrets(error, hidden) : error
    }),
  )
}

/** Writes what a call gave to the path of `output`; without one it takes the place of all of `data` (contract 11.1). */
export function compileOutput(
  output: string | undefined,
  { limits }: CompileContext,
): (run: RunContext, value: Json) => void {
  const place = outputPlace(output ?? 'data', limits)
  return (run, value) => assignNew(run, place, value)
}

/** Where a result goes; a root is replaced, while a mapping would merge. */
export function outputPlace(path: string, { maxArrayPadding }: CompileContext['limits']): Place {
  if (rootNamed(path) === undefined) return compilePlace(path, maxArrayPadding)
  return { ...compilePlace(`#${path}`, maxArrayPadding), path }
}
