import { type TSchema, Type } from '@sinclair/typebox'
import type { FunctionDescriptor, FunctionTable } from '../../engine/functions-api.ts'
import { LOGIC_KEYWORD } from '../../expression/logic.ts'
import type { Operator } from '../../expression/node.ts'
import { families } from '../../expression/operators/families.ts'
import { literals } from '../../std/expectation.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const tag = 'Authoring'

const OperatorRow = Type.Object(
  {
    name: Type.String(),
    aliases: Type.Array(Type.String()),
    family: Type.String(),
    summary: Type.String(),
    arguments: Type.Array(
      Type.Object({
        name: Type.String(),
        required: Type.Boolean(),
        repeated: Type.Boolean({ description: 'Takes all arguments that follow' }),
        description: Type.String(),
      }),
    ),
    example: Type.Object({ rule: Type.Unknown(), data: Type.Unknown(), result: Type.Unknown() }),
  },
  { description: 'An operator of JSONLogic' },
)

const FunctionRow = Type.Object(
  {
    name: Type.String(),
    aliases: Type.Array(Type.String()),
    category: Type.String(),
    description: Type.String(),
    input_fields: Type.Array(
      Type.Object({
        name: Type.String(),
        required: Type.Boolean(),
        kind: Type.String({ description: '`logic` for a JSONLogic expression, `enum`, or a type of JSON' }),
        description: Type.Optional(Type.String()),
        values: Type.Optional(Type.Array(Type.Unknown(), { description: 'Of an `enum`' })),
        default: Type.Optional(Type.Unknown()),
      }),
    ),
    example: Type.Object({}, { additionalProperties: true }),
  },
  { description: 'A function that tasks call' },
)

/** What authors can write: operators and functions, from their own descriptors. */
export function vocabularyRoutes(functions: FunctionTable): Route[] {
  const operatorRows = families.flatMap(family =>
    family.operators.map(operator => operatorRow(operator, family.name)),
  )
  const functionRows = descriptors(functions).map(functionRow)
  return [
    route({
      method: 'GET',
      path: '/api/v1/admin/operators',
      operationId: 'list_operators',
      tag,
      summary: 'List the operators of expressions',
      answers: {
        200: { description: 'All of them', schema: Type.Object({ data: Type.Array(OperatorRow) }) },
      },
      errors: adminErrors.plain,
      run: () => ({ status: 200, body: { data: operatorRows } }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/admin/functions',
      operationId: 'list_functions',
      tag,
      summary: 'List the functions that tasks call',
      answers: {
        200: { description: 'All of them', schema: Type.Object({ data: Type.Array(FunctionRow) }) },
      },
      errors: adminErrors.plain,
      run: () => ({ status: 200, body: { data: functionRows } }),
    }),
  ]
}

function operatorRow({ name, aliases = [], summary, args, example }: Operator, family: string) {
  const { rule, data = {}, result } = example
  const parameters = Object.entries(args).map(([written, description]) => ({
    name: written.replace(/^\.\.\.|\?$/g, ''),
    required: !written.startsWith('...') && !written.endsWith('?'),
    repeated: written.startsWith('...'),
    description,
  }))
  return { name, aliases, family, summary, arguments: parameters, example: { rule, data, result } }
}

/** Each once, whatever its aliases. */
function descriptors({ names, find }: FunctionTable): FunctionDescriptor[] {
  return [...new Set(names.flatMap(name => find(name) ?? []))]
}

function functionRow({ name, aliases = [], category, summary, input, example }: FunctionDescriptor) {
  const required: readonly string[] = input.required ?? []
  const properties: Readonly<Record<string, TSchema>> = input.properties ?? {}
  const input_fields = Object.entries(properties).map(([field, schema]) => ({
    name: field,
    required: required.includes(field),
    ...kindOf(schema),
    description: schema.description,
    default: schema.default,
  }))
  return { name, aliases, category, description: summary, input_fields, example }
}

function kindOf(schema: TSchema): { kind: string; values?: readonly unknown[] } {
  if (LOGIC_KEYWORD in schema) return { kind: 'logic' }
  const values = literals(schema)
  return values === undefined ? { kind: String(schema.type ?? 'any') } : { kind: 'enum', values }
}
