import { effectsOf, type TaskEffect } from '../engine/effects.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { Store } from '../storage/store.ts'
import type { Workflow } from '../workflow/definition.ts'
import { readable } from './readable.ts'

/** Where a workflow uses something, and what for. */
export type Use = Pick<TaskEffect, 'task_id' | 'path' | 'function' | 'operation'>

/** What a version of a workflow needs of others, as things stand. */
export interface Dependencies {
  readonly workflow_id: string
  readonly version: number
  readonly connectors: readonly {
    readonly name: string
    /** Null when there is none of this name. */
    readonly id: string | null
    readonly connector_type: string | null
    readonly state: 'enabled' | 'disabled' | 'missing'
    readonly used_by: readonly Use[]
  }[]
  readonly channels: readonly {
    readonly name: string
    readonly id: string | null
    readonly state: 'active' | 'missing'
    readonly used_by: readonly Use[]
  }[]
  /** Whether expressions choose connectors or channels, so that there may be more. */
  readonly dynamic: boolean
  readonly dynamic_uses: readonly (Use & { readonly dynamic: readonly string[] })[]
}

export async function dependenciesOf(
  workflow: Workflow,
  functions: FunctionTable,
  { connectors, channels }: Pick<Store, 'connectors' | 'channels'>,
): Promise<Dependencies> {
  const effects = effectsOf(workflow, functions)
  const computed = effects.filter(({ dynamic }) => chosenAtRunTime(dynamic).length > 0)
  const called = byTarget(effects, 'channel')
  const active = called.size === 0 ? [] : (await channels.active()).rows
  const { workflow_id, version } = workflow
  return {
    workflow_id,
    version,
    connectors: await Promise.all(
      [...byTarget(effects, 'connector')].map(async ([name, uses]) => {
        const stored = await readable(connectors.byName(name))
        const state = stored === undefined ? 'missing' : stored.enabled ? 'enabled' : 'disabled'
        const connector_type = stored?.connector_type ?? null
        return { name, id: stored?.id ?? null, connector_type, state, used_by: uses.map(useOf) }
      }),
    ),
    channels: [...called].map(([name, uses]) => {
      const id = active.find(channel => channel.name === name)?.channel_id ?? null
      return { name, id, state: id === null ? 'missing' : 'active', used_by: uses.map(useOf) }
    }),
    dynamic: computed.length > 0,
    dynamic_uses: computed.map(effect => ({ ...useOf(effect), dynamic: chosenAtRunTime(effect.dynamic) })),
  }
}

export function useOf({ task_id, path, function: name, operation }: TaskEffect): Use {
  return { task_id, path, function: name, ...(operation !== undefined && { operation }) }
}

function chosenAtRunTime(dynamic: TaskEffect['dynamic']): ('connector' | 'channel')[] {
  return dynamic.filter(key => key === 'connector' || key === 'channel')
}

/** The effects by what they name, in the order of the tasks. */
function byTarget(
  effects: readonly TaskEffect[],
  key: 'connector' | 'channel',
): ReadonlyMap<string, readonly TaskEffect[]> {
  const named = new Map<string, TaskEffect[]>()
  for (const effect of effects) {
    const name = effect[key]
    if (name !== undefined) named.set(name, [...(named.get(name) ?? []), effect])
  }
  return named
}
