import { Type } from '@sinclair/typebox'
import type { BreakerCatalog } from '../../catalog/breakers.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const PATH = '/api/v1/admin/connectors/circuit-breakers'

const State = Type.String({ enum: ['closed', 'open', 'half_open'] })

const Report = Type.Object({
  enabled: Type.Boolean({
    description: 'Whether connectors have breakers (`engine.circuit_breaker.enabled`)',
  }),
  breakers: Type.Record(Type.String(), State, { description: 'By `channel:connector`' }),
  reasons: Type.Record(Type.String(), Type.String(), {
    description: 'Why those that are not closed opened last',
  }),
})

export function breakerRoutes(breakers: BreakerCatalog): Route[] {
  return [
    route({
      method: 'GET',
      path: PATH,
      operationId: 'list_circuit_breakers',
      tag: 'Connectors',
      summary: 'List the circuit breakers of this process',
      answers: { 200: { description: 'The breakers', schema: Report } },
      errors: adminErrors.list,
      run: () => ({ status: 200, body: breakers.report() }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/{key}`,
      operationId: 'reset_circuit_breaker',
      tag: 'Connectors',
      summary: 'Close a circuit breaker',
      answers: {
        200: {
          description: 'Closed',
          schema: Type.Object({ reset: Type.Boolean(), key: Type.String() }),
        },
      },
      errors: adminErrors.act,
      async run({ by, params }) {
        const key = params.key ?? ''
        await breakers.reset(by, key)
        return { status: 200, body: { reset: true, key } }
      },
    }),
  ]
}
