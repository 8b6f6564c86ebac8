import type { Principal } from '../../auth/principal.ts'
import { connectorUses } from '../../channel/connector-uses.ts'
import type { Channel } from '../../channel/definition.ts'
import type { Decided, LoadIssues, Source } from '../../dispatch/live.ts'
import { effectsOf } from '../../engine/effects.ts'
import type { FunctionTable } from '../../engine/functions-api.ts'
import { type Detail, OrionError, validationError } from '../../errors.ts'
import { timestamp } from '../../std/clock.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import { Turns } from '../../std/turns.ts'
import type { ChannelFilter, WorkflowFilter } from '../../storage/store.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { checked, objectBody } from '../bodies.ts'
import { prepareDeeds } from '../journal.ts'
import type { Kind } from '../lint.ts'
import type { Parts } from '../parts.ts'
import { retryOnce, type Superseded } from '../retry.ts'
import type { VersionedKind } from '../versioned-kind.ts'
import { ConnectorPlanner, readConnectors } from './connector-changes.ts'
import { ApplyBody, type ApplyPlan } from './definition.ts'
import { obstacles, type PathOf } from './gates.ts'
import type { PlanningNeeds } from './planned.ts'
import { type Plans, resultingSource } from './resulting-source.ts'
import { readStanding } from './standing.ts'
import { VersionedPlanner } from './versioned-changes.ts'
import { readWanted, type Wanted } from './wanted.ts'

export interface ApplyNeeds extends Parts {
  readonly workflowKind: VersionedKind<Workflow, WorkflowFilter>
  readonly channelKind: VersionedKind<Channel, ChannelFilter>
  /** What tasks may call. */
  readonly functions: FunctionTable
}

/** Problems that one refusal tells. */
const MAX_PROBLEMS = 1000

/**
 * Makes what is written down as the body says: planned, judged, built and committed as one, or not at all. Throws
 * VALIDATION_ERROR for what the definitions say, CONFLICT for what cannot be live together, BAD_REQUEST for what cannot be
 * loaded; each with all of it in its details.
 */
export async function applyDefinitions(by: Principal, body: unknown, needs: ApplyNeeds): Promise<ApplyPlan> {
  const given = objectBody(body)
  const asked = checked(ApplyBody, given, schemaProblems(ApplyBody, given))
  const order: Order = { by, ...readWanted(asked.definitions), prune: asked.prune === true }
  return retryOnce('these definitions', superseded =>
    needs.live.change({ decide: () => decide(order, asked.dry_run === true, superseded, needs) }),
  )
}

/** What was asked for. */
interface Order {
  readonly by: Principal
  readonly wanted: readonly Wanted[]
  /** Of the list itself. */
  readonly problems: readonly Detail[]
  readonly prune: boolean
}

async function decide(
  order: Order,
  isRehearsal: boolean,
  superseded: Superseded,
  needs: ApplyNeeds,
): Promise<Decided<ApplyPlan>> {
  const turns = new Turns(needs.clock)
  const at = timestamp(needs.clock.now())
  const plans = await planAll(order, { newId: needs.newId, at, turns, superseded }, needs)
  const { workflows, channels, connectors } = plans
  const problems = [...order.problems, ...connectors.problems, ...workflows.problems, ...channels.problems]
  if (problems.length > 0) throw validationError(problems.slice(0, MAX_PROBLEMS))
  const changes = [...connectors.changes, ...workflows.changes, ...channels.changes]
  const unchanged = connectors.unchanged + workflows.unchanged + channels.unchanged
  const result: ApplyPlan = {
    changes: changes.map(({ told }) => told),
    unchanged,
    applied: !isRehearsal,
    dry_run: isRehearsal,
  }
  if (changes.length === 0) return { result }
  const statements = [...connectors.preparations, ...changes.flatMap(change => change.statements)]
  const deeds = changes.map(({ deed }) => ({ ...deed, by: order.by, action: 'apply' as const }))
  const pathOf = pathsOf(order.wanted)
  let after: Source | undefined
  return {
    result,
    edit: async source => {
      after = await judged(source, plans, { pathOf, turns, functions: needs.functions })
      return after
    },
    replaces: (kind, id) => plans[kind].loaded.has(id),
    accept: issues => refuseUnserved(without(issues, after, needs.functions), pathOf),
    commit: isRehearsal ? undefined : await prepareDeeds(needs, statements, deeds, turns),
  }
}

async function planAll(
  { wanted, prune }: Order,
  planning: PlanningNeeds,
  { store, workflowKind, channelKind }: ApplyNeeds,
): Promise<Plans> {
  const { turns } = planning
  const of = (kind: Kind) => wanted.filter(one => one.kind === kind)
  const stored = await readConnectors(store.connectors, turns)
  const connectors = await new ConnectorPlanner(store.connectors, stored, planning).plan(
    of('connector'),
    prune,
  )
  const workflowsNow = await readStanding(workflowKind, turns)
  const workflows = await new VersionedPlanner(workflowKind, workflowsNow, planning).plan(
    of('workflow'),
    prune,
  )
  const channelsNow = await readStanding(channelKind, turns)
  const channels = await new VersionedPlanner(channelKind, channelsNow, planning).plan(of('channel'), prune)
  return { connectors, workflows, channels }
}

function pathsOf(wanted: readonly Wanted[]): PathOf {
  const paths = new Map(wanted.map(({ kind, id, path }) => [`${kind} ${id}`, path]))
  return (kind, id) => paths.get(`${kind} ${id}`)
}

async function judged(
  before: Source,
  plans: Plans,
  needs: Pick<Parameters<typeof obstacles>[0], 'pathOf' | 'turns' | 'functions'>,
): Promise<Source> {
  const after = resultingSource(before, plans)
  const found = await obstacles({ ...needs, before, after })
  if (found.length > 0) throw refusal('CONFLICT', found)
  return after
}

/**
 * A reference of a connector may lead nowhere yet, as long as nothing that is served needs the connector: definitions are
 * often there before their secrets.
 */
function without(issues: LoadIssues, after: Source | undefined, functions: FunctionTable): LoadIssues {
  if (after === undefined || !issues.connectors.some(isUnresolved)) return issues
  const used = new Set([
    ...after.workflows.flatMap(row => effectsOf(row, functions).map(({ connector }) => connector)),
    ...after.channels.flatMap(({ config }) => connectorUses(config).map(({ connector }) => connector)),
  ])
  const connectors = issues.connectors.filter(issue => !isUnresolved(issue) || used.has(issue.connector))
  return { ...issues, connectors }
}

function isUnresolved({ stage }: LoadIssues['connectors'][number]): boolean {
  return stage === 'secret_resolution' || stage === 'env_substitution'
}

/** Everything that is listed has to be served. What is broken beside it does not stand in the way. */
function refuseUnserved(issues: LoadIssues, pathOf: PathOf): void {
  const found = [
    ...issues.workflows.map(({ workflow_id, reason }) => ({ path: pathOf('workflow', workflow_id), reason })),
    ...issues.channels.map(({ channel_id, reason }) => ({ path: pathOf('channel', channel_id), reason })),
    ...issues.connectors.map(({ connector, reason }) => ({ path: pathOf('connector', connector), reason })),
  ]
  const details = found.flatMap(({ path, reason }): Detail[] =>
    path === undefined
      ? []
      : [
          {
            path,
            code: 'NOT_AVAILABLE',
            message: `It cannot be served: ${reason}`,
            expected: 'a definition that loads',
          },
        ],
  )
  if (details.length > 0) throw refusal('BAD_REQUEST', details)
}

function refusal(code: 'CONFLICT' | 'BAD_REQUEST', details: readonly Detail[]): OrionError {
  const [first] = details
  const rest = details.length > 1 ? ` (and ${details.length - 1} more)` : ''
  const message = `Nothing was applied. ${first?.path}: ${first?.message}${rest}`
  return new OrionError(code, message, { details: details.slice(0, MAX_PROBLEMS) })
}
