import { type Static, Type } from '@sinclair/typebox'
import { ChannelAuth } from '../auth/channel/definition.ts'
import { Logic } from '../expression/logic.ts'
import { HeaderName } from '../std/header-name.ts'
import type { Json } from '../std/json.ts'
import {
  Absent,
  Description,
  Id,
  JsonMap,
  Name,
  Nullable,
  Tags,
  TimeStamp,
  Version,
} from '../versioning/definition.ts'
import { Status } from '../versioning/status.ts'
import { Backpressure } from './backpressure/definition.ts'
import { Cors, OriginList } from './cors/definition.ts'
import { Deduplication } from './deduplication/definition.ts'
import { PrincipalRateLimit, RateLimit } from './rate-limit/definition.ts'
import { CookieNames, RequestConfig } from './request/definition.ts'
import { ResponseConfig } from './response/definition.ts'
import { ResponseCache } from './response-cache/definition.ts'

const Tracing = Type.Object(
  {
    mode: Type.Optional(
      Type.Union([Type.Literal('sync'), Type.Literal('off')], {
        description: 'Whether the trace is written before the answer, or not at all',
      }),
    ),
    sample_rate: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of the runs that leave a trace' }),
    ),
    errors_only: Type.Optional(Type.Boolean({ description: 'Keep traces of failed runs only' })),
    task_details: Type.Optional(
      Type.Literal(false, { description: 'Keep what each task did; not available in this version' }),
    ),
  },
  { additionalProperties: false, description: 'Traces of this channel; what is left out is as configured' },
)

/** JSON Schema 2020-12; what it may say is checked by the interpreter. */
const RequestSchema = Type.Unsafe<Json>(
  Type.Unknown({
    expected: 'a JSON Schema',
    description: 'JSON Schema (2020-12) that `data` has to fit; every violation is told',
  }),
)

/** What a channel may be told beside its route (contract 9). What `tracing` leaves out comes from `tracing.storage`. */
export const ChannelConfig = Type.Object(
  {
    rate_limit: Type.Optional(RateLimit),
    auth: Type.Optional(ChannelAuth),
    principal_rate_limit: Type.Optional(PrincipalRateLimit),
    cors: Type.Optional(Cors),
    origin_allow_list: Type.Optional({
      ...OriginList,
      description: 'Another name of `cors.allowed_origins`',
    }),
    validation_logic: Type.Optional(
      Logic(
        'What a request has to fulfil, over {data, metadata, headers, query, params, path}; false, null and the like are 400',
        'plain',
      ),
    ),
    request_schema: Type.Optional(RequestSchema),
    deduplication: Type.Optional(Deduplication),
    cache: Type.Optional(ResponseCache),
    backpressure: Type.Optional(Backpressure),
    request: Type.Optional(RequestConfig),
    cookies_to_metadata: Type.Optional({
      ...CookieNames,
      description: 'Another name of `request.cookies_to_metadata`',
    }),
    response: Type.Optional(ResponseConfig),
    rollout_sticky_header: Type.Optional(
      HeaderName(
        'While two versions of the workflow share the traffic: equal values of this header stay with one version; a request without it goes to either, at random',
      ),
    ),
    rollout_key: Type.Optional(
      Logic(
        'The same by a key of your own, over {client_ip, channel, method, path, headers, query, params, data, auth, claims}; where it is null, empty or fails it is at random',
      ),
    ),
    timeout_ms: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3_600_000, description: 'Milliseconds that a run may take' }),
    ),
    tracing: Type.Optional(Tracing),
    explain: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether a request with `x-orion-explain: 1` is explained in its trace',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Guards, tracing and timeout; unknown keys are errors',
    default: {},
  },
)
export type ChannelConfig = Static<typeof ChannelConfig>

const ChannelType = Type.Union([Type.Literal('sync'), Type.Literal('async')], {
  description: 'Whether a caller waits for the answer; upper and lower case are the same',
})
const Protocol = Type.Union([Type.Literal('rest'), Type.Literal('http'), Type.Literal('kafka')], {
  description: 'The way in; upper and lower case are the same',
})
const Methods = Type.Array(Type.String(), {
  description: 'HTTP methods that the channel answers; at least one for rest and http',
})
const RoutePattern = Type.String({
  maxLength: 1024,
  description: 'Path under /api/v1/data; a whole segment in braces is a parameter: /orders/{id}/items',
})
const Topic = Type.String({ maxLength: 249, description: 'Kafka topic' })
const ConsumerGroup = Type.String({ maxLength: 255, description: 'Kafka consumer group' })
const TransportConfig = JsonMap('Settings of the way in; none exist for rest and http', { default: {} })
const WorkflowId = Id('The workflow that answers; it need not exist yet')
const StoredConfig = JsonMap('Guards, tracing and timeout of the channel')
const Priority = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Of two routes that match equally well the higher one answers',
  default: 0,
})

const content = {
  methods: Absent(Methods),
  route_pattern: Absent(RoutePattern),
  topic: Absent(Topic),
  consumer_group: Absent(ConsumerGroup),
  transport_config: Absent(TransportConfig),
  workflow_id: Absent(WorkflowId),
  config: Absent(ChannelConfig),
  tags: Absent(Tags),
  priority: Absent(Priority),
}

/** Body of `POST /channels`. */
export const CreateChannel = Type.Object(
  {
    channel_id: Absent(Id('Made when left out')),
    name: Name,
    description: Absent(Description),
    channel_type: ChannelType,
    protocol: Protocol,
    ...content,
  },
  {
    description: 'A channel to create as a draft',
    examples: [
      {
        channel_id: 'orders',
        name: 'orders',
        channel_type: 'sync',
        protocol: 'rest',
        methods: ['POST'],
        route_pattern: '/orders',
        workflow_id: 'orders',
        config: { timeout_ms: 5000 },
      },
    ],
  },
)
export type CreateChannel = Static<typeof CreateChannel>

/** Body of `PUT /channels/{id}`: what is left out or null stays as it is; type and protocol never change. */
export const UpdateChannel = Type.Object(
  { name: Absent(Name), description: Absent(Description), ...content },
  { description: 'Changes to the draft; what is left out or null stays as it is' },
)

/** One stored version of a channel, as the admin API shows it (contract 4.1). */
export const Channel = Type.Object(
  {
    channel_id: Id('Shared by all versions'),
    version: Version,
    name: Name,
    description: Nullable(Description),
    channel_type: ChannelType,
    protocol: Protocol,
    methods: Nullable(Methods),
    route_pattern: Nullable(RoutePattern),
    topic: Nullable(Topic),
    consumer_group: Nullable(ConsumerGroup),
    transport_config: TransportConfig,
    workflow_id: Nullable(WorkflowId),
    config: StoredConfig,
    tags: Tags,
    status: Status,
    priority: Priority,
    created_at: TimeStamp('When this version was created'),
    updated_at: TimeStamp('When this version was last changed'),
  },
  { description: 'One version of a channel' },
)
export type Channel = Static<typeof Channel>
