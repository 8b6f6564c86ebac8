import type { Config } from './schema.ts'

/** What the platform admits each client on the data plane, and the key that says so; undefined when it limits nobody. */
export function platformRate({
  rate_limit: { enabled, default_rps, endpoints },
}: Pick<Config, 'rate_limit'>): { requestsPerSecond: number; setBy: string } | undefined {
  if (!enabled) return undefined
  const { data_rps } = endpoints
  return data_rps === undefined
    ? { requestsPerSecond: default_rps, setBy: 'rate_limit.default_rps' }
    : { requestsPerSecond: data_rps, setBy: 'rate_limit.endpoints.data_rps' }
}
