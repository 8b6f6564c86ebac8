import type { ChannelConfig } from '../channel/definition.ts'

/** Which runs leave a trace row: the configuration `tracing.storage`, or what a channel makes of it. */
export interface TracingPolicy {
  /** `sync`: the row is committed before the answer goes out. */
  readonly mode: 'sync' | 'off'
  /** Share of runs that leave a row, 0 to 1. */
  readonly sampleRate: number
  /** Only failed runs and runs with collected errors leave a row. */
  readonly errorsOnly: boolean
}

/** What a channel's `config.tracing` leaves out is inherited. */
export function tracingPolicy(server: TracingPolicy, channel: ChannelConfig['tracing']): TracingPolicy {
  if (channel === undefined) return server
  return {
    mode: channel.mode ?? server.mode,
    sampleRate: channel.sample_rate ?? server.sampleRate,
    errorsOnly: channel.errors_only ?? server.errorsOnly,
  }
}

/** Whether a run that begins may leave a row; `chance` is a number from 0 to below 1. */
export function isSampled({ mode, sampleRate }: TracingPolicy, chance: () => number): boolean {
  return mode === 'sync' && (sampleRate >= 1 || chance() < sampleRate)
}
