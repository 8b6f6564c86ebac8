import { excerpt } from '../../../std/excerpt.ts'
import { own } from '../../../std/json.ts'
import { didYouMean } from '../../../std/nearest-name.ts'
import { everyStep } from '../steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const unknownConnector: WorkflowRule = {
  name: 'unknown-connector',
  summary:
    'A task names a connector that is not there or not enabled. The server knows its connectors; `lint` knows those ' +
    'in the files that it is given, and says nothing when there are none.',
  example: {
    wrong: {
      tasks: [{ function: { name: 'http_call', input: { connector: 'crn', method: 'GET' } } }],
    },
    at: 'tasks[0].function.input.connector',
    right: {
      tasks: [{ function: { name: 'http_call', input: { connector: 'crm', method: 'GET' } } }],
    },
  },
  *check({ setup, tasks, needs: { connectors } }) {
    if (connectors === undefined) return
    for (const { call } of everyStep([...setup, ...tasks])) {
      const name = call && own(call.input, 'connector')
      if (call === undefined || typeof name !== 'string' || connectors.has(name)) continue
      const { field } = didYouMean(name, connectors)
      yield {
        path: `${call.inputPath}.connector`,
        message: `Connector '${excerpt(name)}' not found in registry`,
        expected: 'the name of an enabled connector',
        ...field,
      }
    }
  },
}
