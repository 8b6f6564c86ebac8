/**
 * Paths of operations that later versions have where an id could stand: 404, never read as `{id}`, so that a workflow
 * called `import` is not reachable today and hidden tomorrow.
 */
export const RESERVED_PATHS: readonly string[] = [
  '/api/v1/admin/workflows/import',
  '/api/v1/admin/workflows/export',
  '/api/v1/admin/channels/import',
  '/api/v1/admin/channels/export',
  '/api/v1/admin/connectors/import',
  '/api/v1/admin/connectors/export',
]
