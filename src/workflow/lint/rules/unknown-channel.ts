import { excerpt } from '../../../std/excerpt.ts'
import { didYouMean } from '../../../std/nearest-name.ts'
import { writtenCalls } from '../called-channels.ts'
import type { WorkflowRule } from '../subject.ts'

export const unknownChannel: WorkflowRule = {
  name: 'unknown-channel',
  summary:
    'A task calls a channel that is not there or not active. The server knows its channels; `lint` knows those in the ' +
    'files that it is given, and says nothing when there are none.',
  example: {
    wrong: {
      tasks: [{ function: { name: 'channel_call', input: { channel: 'prcies', output: 'data.p' } } }],
    },
    at: 'tasks[0].function.input.channel',
    right: {
      tasks: [{ function: { name: 'channel_call', input: { channel: 'prices', output: 'data.p' } } }],
    },
  },
  *check({ setup, tasks, needs: { channels } }) {
    if (channels === undefined) return
    for (const { name, path } of writtenCalls([...setup, ...tasks])) {
      if (channels.names.has(name)) continue
      const { field } = didYouMean(name, channels.names)
      yield {
        path,
        message: `Channel '${excerpt(name)}' is not there or not active: the call would be answered 404`,
        expected: 'the name of an active channel',
        ...field,
      }
    }
  },
}
