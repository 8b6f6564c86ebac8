import type { FunctionDescriptor, FunctionTable } from '../../../engine/functions-api.ts'
import type { Json, JsonObject } from '../../../std/json.ts'
import { CreateWorkflow, Group, Loop, MAX_STEPS, Task } from '../../../workflow/definition.ts'
import { asObject, fileSchema, ifThen, propertiesOf, STATUS, whenFields } from './file-schema.ts'
import { logicSchema } from './logic-schema.ts'
import { LOGIC, plainSchema } from './plain-schema.ts'

export function workflowSchema(functions: FunctionTable): JsonObject {
  const schema = plainSchema(CreateWorkflow)
  const steps = (field: Json | undefined) => ({ ...asObject(field), items: { $ref: '#/$defs/step' } })
  const { tasks, loop } = propertiesOf(schema)
  const { over, setup, ...loopFields } = propertiesOf(plainSchema(Loop))
  return fileSchema({
    title: 'Workflow of Orion',
    schema,
    name: 'workflow_id',
    fields: {
      condition: logicField(propertiesOf(schema).condition),
      tasks: steps(tasks),
      loop: {
        ...asObject(loop),
        properties: { ...loopFields, over: logicField(over), setup: steps(setup) },
      },
      status: STATUS,
    },
    defs: {
      step: ifThen({ required: ['tasks'] }, { $ref: '#/$defs/group' }, { $ref: '#/$defs/task' }),
      group: groupSchema(),
      task: taskSchema(functions),
      logic: logicSchema(),
    },
  })
}

function groupSchema(): JsonObject {
  const schema = plainSchema(Group)
  const { condition, tasks, ...fields } = propertiesOf(schema)
  const items = { maxItems: MAX_STEPS, items: { $ref: '#/$defs/step' } }
  return {
    ...schema,
    properties: { ...fields, condition: logicField(condition), tasks: { ...asObject(tasks), ...items } },
  }
}

function taskSchema(functions: FunctionTable): JsonObject {
  const schema = plainSchema(Task)
  const { condition, function: call, ...fields } = propertiesOf(schema)
  const descriptors = [...new Set(functions.names.flatMap(name => functions.find(name) ?? []))]
  return {
    ...schema,
    properties: {
      ...fields,
      condition: logicField(condition),
      function: {
        ...asObject(call),
        properties: {
          ...propertiesOf(call),
          name: {
            description: 'The function to call',
            oneOf: descriptors.flatMap(({ name, aliases = [], summary }) =>
              [name, ...aliases].map(each => ({ const: each, description: summary })),
            ),
          },
        },
        allOf: descriptors.map(inputRule),
      },
    },
  }
}

function inputRule({ name, aliases = [], input, example }: FunctionDescriptor): JsonObject {
  const schema = { ...plainSchema(input), examples: [example.input] }
  return whenFields({ name: { enum: [name, ...aliases] } }, { properties: { input: schema } })
}

function logicField(field: Json | undefined): JsonObject {
  return { ...asObject(field), ...LOGIC }
}
