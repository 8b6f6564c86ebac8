import { keepMaskedChannel } from '../channel/masking.ts'
import { keepMasked } from '../connector/masking.ts'
import type { Detail } from '../errors.ts'
import { isObject, type JsonObject, own } from '../std/json.ts'
import { inPortions, type Portions } from '../std/portions.ts'
import type { Store } from '../storage/store.ts'
import { errorOf, type Finding } from '../versioning/finding.ts'
import type { Workflow } from '../workflow/definition.ts'
import { calledChannels } from '../workflow/lint/called-channels.ts'
import { knownChannels } from '../workflow/lint/known-channels.ts'
import type { KnownChannels } from '../workflow/lint/subject.ts'
import { type DefinitionNeeds, type Kind, lintDefinition } from './lint.ts'
import type { Parts } from './parts.ts'
import { readable } from './readable.ts'

/** What lint says of a body that would be created, as things stand at this moment. */
export async function lintBody(
  kind: Kind,
  body: unknown,
  known: Omit<DefinitionNeeds, 'connectors' | 'channels' | 'workflows'>,
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
): Promise<Finding[]> {
  if (!isObject(body)) {
    const message = 'The body must be a JSON object'
    return [errorOf({ path: '', code: 'TYPE_MISMATCH', message, expected: 'an object' })]
  }
  const connectors = await enabledConnectors(store)
  const channels = kind === 'workflow' ? await channelsFor(body, store) : undefined
  const workflows = kind === 'channel' ? await namedWorkflow(body, store) : NO_WORKFLOWS
  const needs = { ...known, connectors, channels, workflows }
  const masks = maskProblems(kind, body).map(errorOf)
  const masked = new Set(masks.map(({ path }) => path))
  const found = await inPortions(gathered(lintDefinition(kind, body, needs)), clock)
  return [...masks, ...found.filter(({ path }) => !masked.has(path))]
}

/** Masks keep what is stored, and of a body that would be created nothing is. */
function maskProblems(kind: Kind, body: JsonObject): readonly Detail[] {
  const config = own(body, 'config')
  if (!isObject(config) || kind === 'workflow') return []
  return (kind === 'channel' ? keepMaskedChannel : keepMasked)(config, undefined).problems
}

function* gathered(portions: Iterable<Finding[]>): Portions<Finding[]> {
  const findings: Finding[] = []
  for (const portion of portions) {
    findings.push(...portion)
    yield
  }
  return findings
}

const NO_WORKFLOWS: ReadonlyMap<string, JsonObject> = new Map()

/** The connectors that tasks could use. */
async function enabledConnectors({ connectors }: Store): Promise<ReadonlySet<string>> {
  const { rows } = await connectors.all()
  return new Set(rows.filter(row => row.enabled).map(row => row.name))
}

/** The channels that tasks could call; not looked at when none calls any. */
async function channelsFor(
  workflow: JsonObject,
  { channels, workflows }: Store,
): Promise<KnownChannels | undefined> {
  if (calledChannels(workflow).length === 0) return undefined
  const active = await channels.active()
  const { rows } = await workflows.active()
  return knownChannels(
    active.rows.map(({ name, workflow_id }) => ({ name, workflowId: workflow_id })),
    id => rows.filter(row => row.workflow_id === id).flatMap(row => calledChannels({ ...row })),
  )
}

/** The workflow that a channel names: its newest active version, else its newest one. */
async function namedWorkflow(
  channel: JsonObject,
  { workflows }: Store,
): Promise<ReadonlyMap<string, JsonObject>> {
  const id = own(channel, 'workflow_id')
  if (typeof id !== 'string') return NO_WORKFLOWS
  const states = await workflows.states(id)
  const state = states.find(({ status }) => status === 'active') ?? states[0]
  const row: Workflow | undefined = state && (await readable(workflows.version(id, state.version)))
  return row === undefined ? NO_WORKFLOWS : new Map([[id, { ...row }]])
}
