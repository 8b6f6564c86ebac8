import { own } from '../../../std/json.ts'
import { writtenCalls } from '../called-channels.ts'
import type { KnownChannels, WorkflowRule } from '../subject.ts'

export const callCycle: WorkflowRule = {
  name: 'call-cycle',
  summary:
    'A task calls a channel that runs this very workflow, or one that calls such a channel in turn. A channel may not ' +
    'call itself: the activation would be refused.',
  example: {
    wrong: {
      workflow_id: 'pricing',
      tasks: [{ function: { name: 'channel_call', input: { channel: 'pricing', output: 'data.p' } } }],
    },
    at: 'tasks[0].function.input.channel',
    right: {
      workflow_id: 'pricing',
      tasks: [{ function: { name: 'channel_call', input: { channel: 'prices', output: 'data.p' } } }],
    },
  },
  *check({ document, setup, tasks, needs: { channels } }) {
    const id = own(document, 'workflow_id')
    if (channels === undefined || typeof id !== 'string') return
    const ends = new Set(channels.runBy(id))
    for (const { name, path } of writtenCalls([...setup, ...tasks])) {
      const way = wayBack(name, ends, channels)
      if (way === undefined) continue
      const chain = [way.at(-1), ...way].join(' -> ')
      yield { path, message: `the call comes back to where it began: ${chain}`, expected: 'another channel' }
    }
  },
}

/** Names from a channel to one of these; undefined when no way leads there. */
function wayBack(
  start: string,
  ends: ReadonlySet<string>,
  { calledBy }: KnownChannels,
): readonly string[] | undefined {
  const ways = [[start]]
  const seen = new Set([start])
  for (const way of ways) {
    const last = way.at(-1) ?? start
    if (ends.has(last)) return way
    for (const next of calledBy(last)) {
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}
