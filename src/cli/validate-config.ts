import type { Config } from '../config/schema.ts'
import { type Command, EXIT } from './command.ts'
import { loadSettings } from './settings.ts'

/** What this version can do, by the names that deployments look for. */
const FEATURES = 'db-sqlite, swagger-ui'

export const validateConfig: Command = {
  name: 'validate-config',
  summary: 'Check the configuration and show what holds',
  details: `Reads the file and the ORION_* variables as the server would, and starts nothing. Every mistake is told in one
run, each with its line and column or the name of its variable. Credentials are never shown.`,
  example: 'ORION_SERVER__PORT=9000 orion-server validate-config -c orion.toml',
  flags: [],
  async run(terminal, invocation) {
    const { config, warnings } = await loadSettings(terminal, invocation)
    for (const warning of warnings) terminal.stderr(`Warning: ${warning}\n`)
    terminal.stdout(`Configuration is valid.\n\n${summary(config).map(summaryLine).join('')}`)
    return EXIT.done
  },
}

function summary(config: Config): [label: string, value: string][] {
  const { server, rate_limit: rateLimit, tracing, kafka, queue, logging } = config
  const { tls } = server
  return [
    ['environment', config.environment],
    ['server', `${server.host}:${server.port}`],
    ['tls', onOff(tls.enabled, `cert=${tls.cert_path}, key=${tls.key_path}`)],
    ['storage', String(config.storage.url)],
    ['logging', `level=${logging.level}, format=${logging.format}`],
    ['admin_auth', onOff(config.admin_auth.enabled)],
    ['cors', config.cors.allowed_origins.join(', ')],
    [
      'rate_limiting',
      onOff(rateLimit.enabled, `rps=${rateLimit.default_rps}, burst=${rateLimit.default_burst}`),
    ],
    ['queue', `workers=${queue.workers}, buffer=${queue.buffer_size}`],
    ['metrics', onOff(config.metrics.enabled)],
    ['tracing', onOff(tracing.enabled, `endpoint=${tracing.otlp_endpoint}`)],
    ['kafka', onOff(kafka.enabled, `brokers=${kafka.brokers.join(',')}`)],
    ['features', FEATURES],
  ]
}

function onOff(enabled: boolean, how?: string): string {
  if (!enabled) return 'disabled'
  return how === undefined ? 'enabled' : `enabled (${how})`
}

function summaryLine([label, value]: [string, string]): string {
  return `${`  ${label}:`.padEnd(19)}${value}\n`
}
