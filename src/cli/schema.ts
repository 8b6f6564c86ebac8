import { editorSchema, SCHEMA_KINDS, type SchemaKind } from '../catalog/files/schema/editor-schema.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { layoutJson } from '../std/json-layout.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { type Command, EXIT } from './command.ts'

export const schema: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema that editors use',
  details: `KIND is ${SCHEMA_KINDS.join(', ')}. The schema (2020-12) says of a definition file which fields there
are, what each is for, which values it may have, and what each function of tasks and each type of connector takes,
so that editors complete and underline. "$schema" of a definition file names ../schemas/KIND.json, where "init"
puts it; print it there again after an upgrade. What a schema cannot say, "lint" says.`,
  example: 'orion-server schema workflow > definitions/schemas/workflow.json',
  operands: 'KIND',
  flags: [],
  run(terminal, { operands: [given = ''] }) {
    const kind = SCHEMA_KINDS.find(known => known === given)
    if (kind === undefined) {
      const { hint } = didYouMean(given, SCHEMA_KINDS)
      const meant = hint === '' ? `; known are ${SCHEMA_KINDS.join(', ')}` : hint
      terminal.stderr(`Error: there is no schema of ${JSON.stringify(given)}${meant}\n`)
      return Promise.resolve(EXIT.usage)
    }
    terminal.stdout(schemaText(kind))
    return Promise.resolve(EXIT.done)
  },
}

/** As it is printed, and as it lies beside definitions. */
export function schemaText(kind: SchemaKind): string {
  return `${layoutJson(editorSchema(kind, functionTable(builtInFunctions)))}\n`
}
