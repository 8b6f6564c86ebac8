import type { WorkflowDefinition } from '../../src/engine/workflow.ts'
import type { Json } from '../../src/std/json.ts'
import { mapTask, parseTask, task } from '../harness/samples.ts'

const field = (name: string): Json => ({ var: `data.order.${name}` })

/** A pipeline as authors write it: it brings an order in, checks it, rates it and adds up what follows from that. */
export const tenTasks: WorkflowDefinition = {
  workflow_id: 'ten',
  name: 'Ten tasks',
  priority: 0,
  condition: { '==': [{ var: 'metadata.channel' }, 'orders'] },
  continue_on_error: false,
  tasks: [
    parseTask('order'),
    task('validation', {
      rules: [{ logic: { '>': [field('total'), 0] }, message: 'total must be positive' }],
    }),
    task('filter', { condition: { '!=': [field('status'), 'cancelled'] } }),
    mapTask('tier', {
      'data.order.tier': { if: [{ '>': [field('total'), 10_000] }, 'gold', 'standard'] },
    }),
    mapTask(
      'discount',
      { 'data.order.discount': { '*': [field('total'), 0.1] } },
      { condition: { '==': [field('tier'), 'gold'] } },
    ),
    mapTask('surcharge', { 'data.order.surcharge': 5 }, { condition: { '==': [field('tier'), 'standard'] } }),
    mapTask('net', { 'data.order.net': { '-': [field('total'), field('discount')] } }),
    mapTask('tax', { 'data.order.tax': { '*': [field('net'), 0.2] } }),
    mapTask('note', {
      'data.order.note': { cat: ['Order ', field('order_id'), ' of tier ', field('tier')] },
    }),
    task('log', { level: 'debug', message: field('note') }),
  ],
}

export const tenTasksPayload: Json = {
  order_id: 'ORD-9182',
  total: 25_000,
  currency: 'EUR',
  items: 3,
  status: 'open',
}
