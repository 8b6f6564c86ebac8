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
    { default: [], unused: true },
  ),
  tls,
})

export const ingest = section('What the data plane takes in.', {
  max_payload_size: whole('Largest request body, in bytes; a larger one is 413.', {
    minimum: 1,
    default: 1_048_576,
  }),
})

export const cors = section('Cross-origin requests. This version sends no CORS headers at all.', {
  allowed_origins: list('Origins that may call from a browser.', { default: ['*'], only: [['*'], []] }),
})

export const rateLimit = section('The rate limit of the whole platform, per client.', {
  enabled: flag('Limit requests per client.', { default: false, only: [false] }),
  default_rps: count('Requests a second.', { default: 100, unused: true }),
  default_burst: count('Requests that may come at once.', { default: 50, unused: true }),
  endpoints: section('Limits of their own for a part of the routes.', {
    admin_rps: optionalCount('Requests a second to the admin API.'),
    data_rps: optionalCount('Requests a second to the data plane.'),
  }),
})
