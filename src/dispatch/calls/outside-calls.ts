import { CallError } from '../../engine/call-error.ts'
import type { CallChannel } from '../../engine/channel-call.ts'
import type { Facts } from '../arrival.ts'
import { timeout } from '../failure.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Call } from './open-calls.ts'

const NOTHING: ReadonlySet<string> = new Set()

/** Calls of runs that belong to no channel, such as the test of a workflow; errors and chains name them `name`. */
export function outsideCalls(
  call: Call,
  snapshot: () => Snapshot,
  { name, timeoutMs }: { name: string; timeoutMs: number },
): () => CallChannel {
  const facts = factsOf(name)
  const failure = () => {
    const { text } = timeout({ name, timeoutMs })
    return { error: new CallError('TIMEOUT', text), text }
  }
  return () => {
    const { byName: channels } = snapshot()
    return (asked, run) =>
      call(
        {
          channels,
          chain: [name],
          requestId: run.message.id,
          facts,
          caller: undefined,
          masks: NOTHING,
          deadline: { at: run.deadlineAt, failure },
          effectBegins: () => undefined,
        },
        asked,
        run,
      )
  }
}

/** Nobody sent anything: limits count such calls apart from those of clients. */
function factsOf(name: string): Facts {
  return {
    clientIp: () => name,
    method: 'POST',
    path: '',
    header: () => null,
    headers: () => ({}),
    rawQuery: '',
    query: () => ({}),
    params: undefined,
  }
}
