import { Channel, CreateChannel } from '../channel/definition.ts'
import { channelRules } from '../channel/lint/index.ts'
import { lintChannel } from '../channel/lint/lint.ts'
import type { PlatformRate } from '../channel/lint/subject.ts'
import { connectorProblems, normalizeConnector } from '../connector/check.ts'
import { ConnectorView, CreateConnector } from '../connector/definition.ts'
import { unusedKey } from '../connector/unused-key.ts'
import { type Json, type JsonObject, own } from '../std/json.ts'
import { errorOf, type Finding, findWarnings, type LintExample } from '../versioning/finding.ts'
import { reservedIdProblems } from '../versioning/reserved-ids.ts'
import { unknownField } from '../versioning/unknown-field.ts'
import { CreateWorkflow, Workflow } from '../workflow/definition.ts'
import { workflowRules } from '../workflow/lint/index.ts'
import { lintWorkflow } from '../workflow/lint/lint.ts'
import { openSubject } from '../workflow/lint/open-subject.ts'
import { inPortions } from '../workflow/lint/portions.ts'
import { type RequestRead, requestReads } from '../workflow/lint/request-reads.ts'
import type { LintNeeds } from '../workflow/lint/subject.ts'

export type Kind = 'workflow' | 'channel' | 'connector'

/** What lint knows beside the definition that it looks at. */
export interface DefinitionNeeds extends LintNeeds {
  /** Workflows that channels may name, by id. */
  readonly workflows: ReadonlyMap<string, JsonObject>
  /** What the platform admits a client; undefined when it limits nobody, or that is not known. */
  readonly platformRate: PlatformRate | undefined
}

/** A rule as the documentation shows it. */
export interface DescribedRule {
  readonly name: string
  readonly summary: string
  readonly example: LintExample
}

/** Every rule of lint, whatever it is about. */
export const lintRules: readonly DescribedRule[] = [
  ...workflowRules,
  ...channelRules,
  unknownField,
  unusedKey,
]

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
export function* lintDefinition(
  kind: Kind,
  document: JsonObject,
  needs: DefinitionNeeds,
): Generator<Finding[]> {
  yield reservedIdProblems(kind, ID_FIELDS[kind], own(document, ID_FIELDS[kind])).map(errorOf)
  yield* findingsOf(kind, document, needs)
  yield* findWarnings([unknownField], { document, known: FIELDS[kind] })
}

const ID_FIELDS = { workflow: 'workflow_id', channel: 'channel_id', connector: 'id' } as const

/** What can be written, and what an export has besides. */
const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  workflow: fieldsOf(CreateWorkflow, Workflow),
  channel: fieldsOf(CreateChannel, Channel),
  connector: fieldsOf(CreateConnector, ConnectorView),
}

function fieldsOf(...schemas: readonly { readonly properties: object }[]): readonly string[] {
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties)))]
}

function* findingsOf(kind: Kind, document: JsonObject, needs: DefinitionNeeds): Generator<Finding[]> {
  if (kind === 'workflow') {
    yield* lintWorkflow(document, needs)
  } else if (kind === 'channel') {
    const reads = yield* readsOfWorkflow(own(document, 'workflow_id'), needs)
    yield* lintChannel(document, { ...needs, reads })
  } else {
    const connector = normalizeConnector(document)
    yield connectorProblems(connector).map(errorOf)
    yield* findWarnings([unusedKey], connector)
  }
}

/** What the workflow of a channel reads of a request; undefined when it is not known. */
function* readsOfWorkflow(
  id: Json | undefined,
  needs: DefinitionNeeds,
): Generator<Finding[], RequestRead[] | undefined> {
  const workflow = typeof id === 'string' ? needs.workflows.get(id) : undefined
  return workflow && requestReads(yield* inPortions(openSubject(workflow, needs)))
}
