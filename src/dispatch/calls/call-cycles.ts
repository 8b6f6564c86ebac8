import { OrionError } from '../../errors.ts'
import type { ChannelRuntime, Channels } from '../snapshot.ts'

/**
 * Why a change is refused by which a channel would call itself, through others or not, that did not before (BAD_REQUEST
 * with the chain). Names that are computed are known at run time alone.
 */
export function newCallCycle(before: Channels, after: Channels): OrionError | undefined {
  for (const channel of after.values()) {
    const known = before.get(channel.name)
    if (known !== undefined && sameCalls(known, channel)) continue
    const chain = cycleFrom(channel.name, after)
    if (chain === undefined) continue
    const told = `channel_call cycle: ${chain.join(' -> ')}`
    return new OrionError('BAD_REQUEST', `Cannot go live: ${told}; a channel may not call itself`)
  }
  return undefined
}

function callsOf({ sides }: ChannelRuntime): readonly string[] {
  return sides.flatMap(({ workflow }) => workflow.calls)
}

function sameCalls(one: ChannelRuntime, other: ChannelRuntime): boolean {
  const calls = new Set(callsOf(one))
  return callsOf(other).every(name => calls.has(name))
}

/** Names from a channel back to itself; undefined when no way leads there. */
function cycleFrom(start: string, channels: Channels): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  const open = [start]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const channel = channels.get(name)
    for (const next of channel === undefined ? [] : callsOf(channel)) {
      if (next === start) return wayTo(name, start, cameFrom)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, name)
      open.push(next)
    }
  }
  return undefined
}

function wayTo(last: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [last, start]
  for (let name = last; name !== start; ) {
    name = cameFrom.get(name) ?? start
    way.unshift(name)
  }
  return way
}
