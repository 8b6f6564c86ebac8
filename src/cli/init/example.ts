import { canonicalText, schemaReference } from '../../catalog/files/canonical-form.ts'
import { SCHEMA_KINDS } from '../../catalog/files/schema/editor-schema.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { layoutJson } from '../../std/json-layout.ts'
import { schemaText } from '../schema.ts'
import continuousIntegration from './orion.yml' with { type: 'text' }
import readme from './readme.md' with { type: 'text' }

interface NewFile {
  /** From the folder. */
  readonly path: string
  readonly text: string
}

/** A small service that works: files in the canonical form, without anything that lint would say. */
export function exampleFiles(): readonly NewFile[] {
  return [
    { path: 'README.md', text: readme },
    { path: '.github/workflows/orion.yml', text: continuousIntegration },
    { path: 'channels/orders.json', text: canonicalText('channel', CHANNEL) },
    ...SCHEMA_KINDS.map(kind => ({ path: `schemas/${kind}.json`, text: schemaText(kind) })),
    { path: 'tests/large-order.case.json', text: caseText(LARGE) },
    { path: 'tests/small-order.case.json', text: caseText(SMALL) },
    { path: 'workflows/orders.json', text: canonicalText('workflow', WORKFLOW) },
  ]
}

/** Of paths in `exampleFiles`: what a request to it looks like. */
export const EXAMPLE_REQUEST = {
  path: '/api/v1/data/orders',
  body: '{"data":{"order_id":"ORD-1","total":25000}}',
}

const TOTAL = { var: 'data.order.total' }

const WORKFLOW: JsonObject = {
  workflow_id: 'orders',
  name: 'Flag large orders',
  tasks: [
    {
      id: 'read',
      name: 'Read the order from the request',
      function: { name: 'parse_json', input: { source: 'payload', target: 'order' } },
    },
    {
      id: 'flag',
      name: 'Flag totals above 10,000',
      function: {
        name: 'map',
        input: { mappings: [{ path: 'data.order.flagged', logic: { '>': [TOTAL, 10_000] } }] },
      },
    },
    {
      id: 'review',
      name: 'Note what a large order needs',
      condition: { var: 'data.order.flagged' },
      function: {
        name: 'map',
        input: { mappings: [{ path: 'data.order.note', logic: 'A person reviews it before it ships' }] },
      },
    },
  ],
}

const CHANNEL: JsonObject = {
  channel_id: 'orders',
  name: 'orders',
  description: `POST ${EXAMPLE_REQUEST.path}`,
  channel_type: 'sync',
  protocol: 'rest',
  methods: ['POST'],
  route_pattern: '/orders',
  workflow_id: 'orders',
}

const LARGE: JsonObject = {
  name: 'a large order is flagged, and reviewed by a person',
  workflow: 'orders',
  input: { order_id: 'ORD-1', total: 25_000 },
  expect: { 'data.order.flagged': true, 'data.order.note': 'A person reviews it before it ships' },
  expect_tasks: ['read', 'flag', 'review'],
}

const SMALL: JsonObject = {
  name: 'an order of exactly 10,000 is not',
  workflow: 'orders',
  input: { order_id: 'ORD-2', total: 10_000 },
  expect: { 'data.order': { order_id: 'ORD-2', total: 10_000, flagged: false } },
  expect_tasks: ['read', 'flag'],
}

function caseText(content: JsonObject): string {
  const document: Json = { $schema: schemaReference('case'), ...content }
  return `${layoutJson(document)}\n`
}
