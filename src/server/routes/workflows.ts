import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { SetWorkflowStatus } from '../../versioning/definition.ts'
import { CreateWorkflow, UpdateWorkflow, Workflow } from '../../workflow/definition.ts'
import { adminErrors, list, listReply } from '../answers.ts'
import { PageQuery, pageOf, SortQuery, sortOf } from '../query.ts'
import { type Route, route } from '../route.ts'
import { validateRoute } from './validate.ts'
import { versionedRoutes } from './versioned.ts'

const SORTS = ['priority', 'name', 'status', 'created_at', 'updated_at'] as const

const WorkflowList = Type.Object({
  status: Type.Optional(Type.String({ description: 'Status of the latest version' })),
  tag: Type.Optional(Type.String({ description: 'One of the tags' })),
  ...PageQuery,
  ...SortQuery(SORTS),
})

export function workflowRoutes({
  workflows: catalog,
  lintWorkflow,
}: Pick<Catalog, 'workflows' | 'lintWorkflow'>): Route[] {
  const listRoute = route({
    method: 'GET',
    path: '/api/v1/admin/workflows',
    operationId: 'list_workflows',
    tag: 'Workflows',
    summary: 'List workflows, each by its latest version',
    query: WorkflowList,
    answers: list(Workflow),
    errors: adminErrors.list,
    run: (_call, { limit, offset, sort_by, sort_order, ...filter }) =>
      listReply(pageOf({ limit, offset }), page =>
        catalog.list(filter, sortOf({ sort_by, sort_order }, SORTS), page),
      ),
  })
  return [
    listRoute,
    validateRoute({ noun: 'workflow', tag: 'Workflows', body: CreateWorkflow, lint: lintWorkflow }),
    ...versionedRoutes({
      noun: 'workflow',
      tag: 'Workflows',
      catalog,
      row: Workflow,
      create: CreateWorkflow,
      update: UpdateWorkflow,
      status: SetWorkflowStatus,
    }),
  ]
}
