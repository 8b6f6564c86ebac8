import { Type } from '@sinclair/typebox'
import { defineFunction } from '../../src/engine/define-function.ts'
import { effectOf } from '../../src/engine/effects.ts'
import { Logic } from '../../src/expression/logic.ts'
import type { JsonObject } from '../../src/std/json.ts'

const Text = (description: string) => Type.Optional(Logic(description))

/** A function of connectors that does nothing, and says what it would touch. */
export const ledger = defineFunction({
  name: 'ledger',
  category: 'connector',
  summary: 'Writes nothing',
  input: Type.Object(
    {
      connector: Logic('Name of a connector'),
      op: Text('What is done'),
      table: Text('Where'),
      topic: Text('Topic'),
      host: Text('Host'),
      call: Text('Name of a channel'),
    },
    { additionalProperties: false },
  ),
  example: { input: { connector: 'books' }, result: {} },
  retrySafety: 'unsafe_write',
  effects: input => [
    effectOf(
      input,
      {
        connector: 'connector',
        operation: 'op',
        table: 'table',
        topic: 'topic',
        host: 'host',
        channel: 'call',
      },
      { operation: 'append' },
    ),
  ],
  compile: () => () => 200,
})

/** One that says nothing of what it touches. */
export const silentLedger = defineFunction({
  name: 'silent_ledger',
  category: 'connector',
  summary: 'Reads nothing',
  input: Type.Object({ connector: Logic('Name of a connector') }, { additionalProperties: false }),
  example: { input: { connector: 'books' }, result: {} },
  retrySafety: 'read',
  compile: () => () => 200,
})

/** A task that calls it. */
export function ledgerTask(id: string, input: JsonObject, name = 'ledger'): JsonObject {
  return { id, name: id, function: { name, input } }
}

/** A connector in memory. */
export function cacheConnector(name: string, rest: JsonObject = {}): JsonObject {
  return { id: name, name, connector_type: 'cache', config: { backend: 'memory' }, ...rest }
}
