import type { Json, JsonObject } from '../../src/std/json.ts'

/** A task as the wire has it; id and name are its function's unless given. */
export function task(name: string, input: JsonObject, rest: JsonObject = {}): JsonObject {
  return { id: name, name, function: { name, input }, ...rest }
}

/** Brings the request's `data` in as `data.<target>`. */
export function parseTask(target = 'in'): JsonObject {
  return task('parse_json', { source: 'payload', target })
}

/** Sets paths to the results of logic: `mapTask('mark', { 'data.seen': true })`. */
export function mapTask(
  id: string,
  mappings: Readonly<Record<string, Json>>,
  rest: JsonObject = {},
): JsonObject {
  const list = Object.entries(mappings).map(([path, logic]) => ({ path, logic }))
  return { ...task('map', { mappings: list }), id, name: id, ...rest }
}

export function logTask(message: Json = 'seen', level = 'debug'): JsonObject {
  return task('log', { level, message })
}

export function workflow(id: string, tasks: Json, rest: JsonObject = {}): JsonObject {
  return { workflow_id: id, name: id, tasks, ...rest }
}

/** A sync REST channel `POST /<id>` that runs the workflow of the same id. */
export function channel(id: string, rest: JsonObject = {}): JsonObject {
  return {
    channel_id: id,
    name: id,
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: `/${id}`,
    workflow_id: id,
    ...rest,
  }
}

/** Answers its input under `data.in`: what goes in comes out. */
export function echoWorkflow(id: string): JsonObject {
  return workflow(id, [parseTask()])
}

/** One `log` task below the default level. */
export function logWorkflow(id: string): JsonObject {
  return workflow(id, [logTask()])
}

/** An order gets a tier: `parse_json` and four conditional `map` tasks, two of which run for any total. */
export function tiersWorkflow(id: string): JsonObject {
  const total = { var: 'data.order.total' }
  const tier = (name: string, condition: Json) => mapTask(name, { 'data.order.tier': name }, { condition })
  return workflow(id, [
    parseTask('order'),
    tier('standard', { '<': [total, 1000] }),
    tier('silver', { and: [{ '>=': [total, 1000] }, { '<': [total, 10_000] }] }),
    tier('gold', { '>=': [total, 10_000] }),
    mapTask(
      'enrich',
      {
        'data.order.flagged': { '>': [total, 10_000] },
        'data.order.discount': {
          if: [{ '==': [{ var: 'data.order.tier' }, 'gold'] }, { '*': [total, 0.1] }, 0],
        },
      },
      { condition: { '>': [total, 0] } },
    ),
  ])
}

/** Calls a channel, whose data go to `data.out`; the id of the task is `call`. */
export function callTask(target: Json, input: JsonObject = {}, rest: JsonObject = {}): JsonObject {
  return task('channel_call', { channel: target, output: 'data.out', ...input }, { id: 'call', ...rest })
}
