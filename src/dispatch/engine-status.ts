import type { EngineStatus } from './live.ts'
import type { Snapshot } from './snapshot.ts'

/** `GET /engine/status` (contract 6.1). An entry is a channel with the workflow version that it runs. */
export function engineStatus(snapshot: Snapshot, version: string, uptimeMs: number): EngineStatus {
  const entries = snapshot.channels.filter(({ workflows }) => workflows.length > 0)
  return {
    version,
    uptime_seconds: Math.floor(uptimeMs / 1000),
    workflows_count: entries.length,
    active_workflows: entries.length,
    channels: [...new Set(entries.map(({ name }) => name))],
    generation: snapshot.generation,
    load_issues: snapshot.loadIssues,
  }
}
