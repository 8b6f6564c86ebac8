import { count, flag, millis, seconds, section, whole } from '../kinds.ts'

const circuitBreaker = section('Stops calling what keeps failing.', {
  enabled: flag('Use circuit breakers for connectors.', { default: false }),
  failure_threshold: count('Failures in a row that open a breaker.', { minimum: 1, default: 5 }),
  recovery_timeout_secs: seconds('Seconds until an open breaker lets a probe through.', {
    default: 30,
  }),
  max_breakers: count('Breakers kept in memory.', { default: 10_000 }),
})

/** What a stranger's expression may cost; going over fails the run, it never means false. */
const budgets = {
  max_logic_depth: count('Deepest nesting of an expression.', { minimum: 1, default: 256 }),
  max_logic_nodes: count('Operators and operands of an expression.', { minimum: 1, default: 10_000 }),
  ops_budget: whole('Operations of one evaluation.', { minimum: 1, default: 1_000_000 }),
  message_ops_budget: whole(
    'Operations of all evaluations of one message, and of what its tasks do beside.',
    {
      minimum: 1,
      default: 5_000_000,
    },
  ),
  max_result_chars: count('Characters of a text that an expression makes.', {
    minimum: 1,
    default: 4_000_000,
  }),
  max_result_items: count('Items of a list that an expression makes.', { minimum: 1, default: 100_000 }),
  max_array_padding: count('Empty items that a write beyond the end of a list may add.', {
    default: 10_000,
  }),
  max_loop_iterations: count('Sweeps of one loop, and the highest `max` of a loop.', {
    minimum: 1,
    default: 10_000,
  }),
}

export const engine = section('How workflows run, and what they may cost.', {
  default_timeout_ms: millis('Deadline of a run, in milliseconds, for channels that name none.', {
    minimum: 1,
    default: 30_000,
  }),
  health_check_timeout_secs: seconds('Seconds that a check of `/health` may take.', {
    minimum: 1,
    default: 2,
  }),
  reload_timeout_secs: seconds('Seconds that a reload may take.', { minimum: 1, default: 10 }),
  ...budgets,
  max_channel_call_depth: count('Depth of channels that call channels.', {
    minimum: 1,
    default: 10,
  }),
  default_channel_call_timeout_ms: millis('Deadline of a `channel_call` that names none, in milliseconds.', {
    minimum: 1,
    default: 30_000,
  }),
  global_http_timeout_secs: seconds('Deadline of an `http_call` that names none, in seconds.', {
    default: 30,
    unused: true,
  }),
  max_pool_cache_entries: count('Clients of connectors that stay open while nobody uses them.', {
    default: 100,
  }),
  cache_max_bytes: whole('Bytes of all cached answers in memory, about; the least used go first.', {
    default: 67_108_864,
  }),
  cache_max_entries: count('Cached answers in memory; the least used go first.', { default: 100_000 }),
  cache_cleanup_interval_secs: seconds(
    'Seconds between two clean-ups of the memory cache; with 0 what is too old goes when it is asked for, or for lack of room.',
    { default: 60 },
  ),
  circuit_breaker: circuitBreaker,
})
