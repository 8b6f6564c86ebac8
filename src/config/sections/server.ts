import { count, flag, list, optionalCount, port, seconds, section, text, whole } from '../kinds.ts'

const tls = section('HTTPS. A terminating proxy does it until this version can.', {
  enabled: flag('Serve HTTPS.', { default: false, only: [false] }),
  cert_path: text('PEM file with the certificate chain.', { default: '', unused: true }),
  key_path: text('PEM file with the private key.', { default: '', unused: true }),
})

export const server = section('Where the server listens, and how it stops.', {
  host: text('Address to listen on: an IP address, or a name of this machine.', {
    default: '0.0.0.0',
    minLength: 1,
  }),
  port: port('Port to listen on.', { default: 8080 }),
  shutdown_drain_secs: seconds(
    'At a stop: seconds that requests in flight may take to finish. An idle server stops at once.',
    { default: 30 },
  ),
  trusted_proxies: list(
    'Addresses or CIDR ranges of proxies whose `x-forwarded-for` is believed. Of everybody else the socket address counts.',
    { default: [] },
  ),
  tls,
})

export const ingest = section('What the data plane takes in.', {
  max_payload_size: whole('Largest request body, in bytes; a larger one is 413.', {
    minimum: 1,
    default: 1_048_576,
  }),
})

const HEADERS = '`*` alone is all of them.'

export const cors = section(
  'Web pages of other origins. A channel with `cors` of its own says it for itself.',
  {
    allowed_origins: list(
      'Origins whose pages may ask and read; `*` alone is all of them. In production they have to be named.',
      { default: ['*'] },
    ),
    allow_credentials: flag('Let pages send cookies. The origins then have to be named.', { default: false }),
    allowed_headers: list(`Request headers that a page may send. ${HEADERS}`, { default: ['*'] }),
    exposed_headers: list(`Response headers that a page may read. ${HEADERS}`, { default: ['*'] }),
    max_age_secs: seconds('Seconds that a browser may remember what a preflight was answered.', {
      maximum: 86_400,
      default: 600,
    }),
  },
)

const MAX_RATE = 1_000_000

export const rateLimit = section(
  'The rate limit of the whole platform, per client address. A channel with a `rate_limit` of its own is not counted.',
  {
    enabled: flag('Limit requests per client. `/healthz` and `/readyz` are never limited.', {
      default: false,
    }),
    default_rps: count('Requests a second.', { default: 100, maximum: MAX_RATE }),
    default_burst: count('Requests that may come at once.', { default: 50, maximum: MAX_RATE }),
    endpoints: section(
      'Limits of their own for a part of the routes; half of the rate and one may come at once.',
      {
        admin_rps: optionalCount('Requests a second to the admin API.', MAX_RATE),
        data_rps: optionalCount('Requests a second to the data plane.', MAX_RATE),
      },
    ),
  },
)
