import type { Json } from '../std/json.ts'
import type { Status } from '../versioning/status.ts'

/** One stored version of a workflow, as the admin API shows it (contract 3.1). Time stamps are RFC 3339. */
export interface Workflow {
  workflow_id: string
  version: number
  name: string
  description: string | null
  priority: number
  status: Status
  rollout_percentage: number
  condition: Json
  tasks: Json
  tags: string[]
  continue_on_error: boolean
  created_at: string
  updated_at: string
}
