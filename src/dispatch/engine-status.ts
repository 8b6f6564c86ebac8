import type { EngineStatus } from './live.ts'
import type { Snapshot } from './snapshot.ts'

/** `GET /engine/status` (contract 6.1). An entry is a channel with a workflow version that it runs. */
export function engineStatus(snapshot: Snapshot, version: string, uptimeMs: number): EngineStatus {
  const serving = snapshot.channels.filter(({ sides }) => sides.length > 0)
  const entries = serving.reduce((count, { sides }) => count + sides.length, 0)
  return {
    version,
    uptime_seconds: Math.floor(uptimeMs / 1000),
    workflows_count: entries,
    active_workflows: entries,
    channels: [...new Set(serving.map(({ name }) => name))],
    connectors_count: snapshot.connectors.length - snapshot.connections.issues.length,
    generation: snapshot.generation,
    load_issues: snapshot.loadIssues,
  }
}
