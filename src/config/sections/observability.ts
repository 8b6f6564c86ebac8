import { choice, count, credentialUrl, flag, fraction, millis, section, text } from '../kinds.ts'

export const logging = section('The log, on standard output.', {
  level: choice('Least severe level that is written.', ['trace', 'debug', 'info', 'warn', 'error'], {
    default: 'info',
  }),
  format: choice('`pretty` for people, `json` (one object a line) for programs.', ['pretty', 'json'], {
    default: 'pretty',
  }),
})

export const metrics = section('Metrics for Prometheus.', {
  enabled: flag('Serve `/metrics`.', { default: false, only: [false] }),
})

const traceStorage = section('What is kept of each run.', {
  mode: choice(
    '`sync`: the trace is in the database when the client has its answer. `off`: no trace is kept.',
    ['sync', 'async', 'batch', 'off'],
    { default: 'sync', only: ['sync', 'off'] },
  ),
  sample_rate: fraction('Share of runs whose trace is kept.', { default: 1 }),
  errors_only: flag('Keep the traces of failed runs only.', { default: false }),
  max_pending: count('Traces that wait in memory.', { default: 10_000, unused: true }),
  async_on_overflow: choice('What happens to a trace when too many wait.', ['drop', 'block'], {
    default: 'drop',
    unused: true,
  }),
  overflow_block_timeout_ms: millis('Milliseconds that `block` waits at most.', {
    default: 100,
    unused: true,
  }),
  async_workers: count('Writers of the mode `async`.', { default: 4, unused: true }),
  batch_size: count('Traces of one batch.', { default: 100, unused: true }),
  batch_flush_interval_ms: millis('Milliseconds that a batch waits at most.', {
    default: 100,
    unused: true,
  }),
  batch_workers: count('Writers of the mode `batch`.', { default: 4, unused: true }),
})

export const tracing = section('Traces: sent by OpenTelemetry, and stored.', {
  enabled: flag('Send spans by OTLP.', { default: false, only: [false] }),
  otlp_endpoint: credentialUrl('Collector that takes the spans.', {
    default: 'http://localhost:4317',
    unused: true,
  }),
  service_name: text('Name of this service in spans.', { default: 'orion', unused: true }),
  sample_rate: fraction('Share of requests that make spans.', { default: 1, unused: true }),
  debug_profile_enabled: flag(
    'Let a request ask for its own profile with `x-orion-profile: 1` or `?profile=1`; its answer then has `_orion.profile`.',
    { default: false },
  ),
  storage: traceStorage,
})
