/**
 * Paths of operations that later versions have where an id could stand: 404, never read as `{id}`, so that a connector
 * called `reload` is not reachable today and hidden tomorrow.
 */
export const RESERVED_PATHS: readonly string[] = ['/api/v1/admin/connectors/reload']
