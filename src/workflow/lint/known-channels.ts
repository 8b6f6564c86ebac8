import type { KnownChannels } from './subject.ts'

/** What lint looks at of a channel. */
interface NamedChannel {
  readonly name: string
  readonly workflowId: string | null
}

/** `callsOf` gives the names that the tasks of a workflow call. */
export function knownChannels(
  channels: readonly NamedChannel[],
  callsOf: (workflowId: string) => readonly string[],
): KnownChannels {
  const byName = new Map(channels.map(channel => [channel.name, channel]))
  return {
    names: new Set(byName.keys()),
    runBy: id => channels.filter(({ workflowId }) => workflowId === id).map(({ name }) => name),
    calledBy(name) {
      const id = byName.get(name)?.workflowId ?? null
      return id === null ? [] : callsOf(id)
    },
  }
}
