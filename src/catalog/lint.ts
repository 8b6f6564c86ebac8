import { channelProblems, normalizeChannel } from '../channel/check.ts'
import { Channel, CreateChannel } from '../channel/definition.ts'
import { connectorProblems, normalizeConnector } from '../connector/check.ts'
import { ConnectorView, CreateConnector } from '../connector/definition.ts'
import { unusedKey } from '../connector/unused-key.ts'
import type { JsonObject } from '../std/json.ts'
import { errorOf, type Finding, findWarnings, type LintExample } from '../versioning/finding.ts'
import { unknownField } from '../versioning/unknown-field.ts'
import { CreateWorkflow, Workflow } from '../workflow/definition.ts'
import { workflowRules } from '../workflow/lint/index.ts'
import { lintWorkflow } from '../workflow/lint/lint.ts'
import type { LintNeeds } from '../workflow/lint/subject.ts'

export type Kind = 'workflow' | 'channel' | 'connector'

/** A rule as the documentation shows it. */
export interface DescribedRule {
  readonly name: string
  readonly summary: string
  readonly example: LintExample
}

/** Every rule of lint, whatever it is about. */
export const lintRules: readonly DescribedRule[] = [...workflowRules, unknownField, unusedKey]

/** The fields that only one kind has. */
const MARKS: readonly (readonly [field: string, kind: Kind])[] = [
  ['tasks', 'workflow'],
  ['connector_type', 'connector'],
  ['channel_type', 'channel'],
  ['protocol', 'channel'],
  ['route_pattern', 'channel'],
  ['workflow_id', 'workflow'],
  ['channel_id', 'channel'],
]

/** What a document declares, by its fields; undefined when they tell nothing. */
export function kindOf(document: JsonObject): Kind | undefined {
  return MARKS.find(([field]) => Object.hasOwn(document, field))?.[1]
}

/** Errors, for which a document of this kind would be refused, then warnings; in portions. */
export function* lintDefinition(kind: Kind, document: JsonObject, needs: LintNeeds): Generator<Finding[]> {
  yield* findingsOf(kind, document, needs)
  yield* findWarnings([unknownField], { document, known: FIELDS[kind] })
}

/** What can be written, and what an export has besides. */
const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  workflow: fieldsOf(CreateWorkflow, Workflow),
  channel: fieldsOf(CreateChannel, Channel),
  connector: fieldsOf(CreateConnector, ConnectorView),
}

function fieldsOf(...schemas: readonly { readonly properties: object }[]): readonly string[] {
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties)))]
}

function* findingsOf(kind: Kind, document: JsonObject, needs: LintNeeds): Generator<Finding[]> {
  if (kind === 'workflow') {
    yield* lintWorkflow(document, needs)
  } else if (kind === 'channel') {
    yield channelProblems(normalizeChannel(document), needs.limits).map(errorOf)
  } else {
    const connector = normalizeConnector(document)
    yield connectorProblems(connector).map(errorOf)
    yield* findWarnings([unusedKey], connector)
  }
}
