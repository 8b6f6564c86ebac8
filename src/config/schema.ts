import { type StaticDecode, Type } from '@sinclair/typebox'
import { text } from './kinds.ts'
import { adminAuth, channels } from './sections/admission.ts'
import { connectors } from './sections/connectors.ts'
import { egress } from './sections/egress.ts'
import { engine } from './sections/engine.ts'
import { kafka } from './sections/kafka.ts'
import { logging, metrics, tracing } from './sections/observability.ts'
import { query } from './sections/query.ts'
import { queue } from './sections/queue.ts'
import { secrets } from './sections/secrets.ts'
import { cors, ingest, rateLimit, server } from './sections/server.ts'
import { storage } from './sections/storage.ts'
import { vars } from './sections/vars.ts'

/** Every key there is: what it means, what it may be, what it is when nobody sets it. */
export const ConfigSchema = Type.Object(
  {
    environment: text('Name of the environment. One that begins with `prod` insists on an admin key.', {
      default: 'development',
      variable: 'ORION_ENV',
    }),
    server,
    admin_auth: adminAuth,
    storage,
    ingest,
    engine,
    connectors,
    egress,
    query,
    queue,
    logging,
    tracing,
    metrics,
    cors,
    rate_limit: rateLimit,
    channels,
    kafka,
    secrets,
    vars,
  },
  { additionalProperties: false, default: {}, expected: 'a table' },
)

export type Config = StaticDecode<typeof ConfigSchema>
