import { isIP } from 'node:net'
import type { Config } from '../schema.ts'
import { type Rule, type RuleContext, rule } from './rule.ts'

export const serverRules: readonly Rule[] = [
  { keys: ['server.trusted_proxies'], check: config => config.server.trusted_proxies.flatMap(proxyProblem) },
  pemRule('cert_path', 'TLS certificate'),
  pemRule('key_path', 'TLS private key'),
  rule(
    ['tracing.otlp_endpoint', 'tracing.enabled'],
    config => config.tracing.enabled && config.tracing.otlp_endpoint.reveal() === '',
    () => 'tracing.otlp_endpoint must not be empty when tracing.enabled is true, like http://localhost:4317',
  ),
  rateRule('default_rps'),
  rateRule('default_burst'),
]

function pemRule(key: 'cert_path' | 'key_path', name: string): Rule {
  const pathOf = (config: Config) => config.server.tls[key]
  const isMissing = (config: Config, { fileExists }: RuleContext) => !fileExists(pathOf(config))
  return rule(
    [`server.tls.${key}`, 'server.tls.enabled'],
    (config, context) => config.server.tls.enabled && (pathOf(config) === '' || isMissing(config, context)),
    config =>
      pathOf(config) === ''
        ? `server.tls.${key} must not be empty when server.tls.enabled is true: name a PEM file`
        : `${name} file not found: '${pathOf(config)}' (server.tls.${key})`,
  )
}

function rateRule(key: 'default_rps' | 'default_burst'): Rule {
  return rule(
    [`rate_limit.${key}`, 'rate_limit.enabled'],
    config => config.rate_limit.enabled && config.rate_limit[key] === 0,
    () => `rate_limit.${key} must be > 0 (required when rate limiting is enabled)`,
  )
}

function proxyProblem(proxy: string): string[] {
  const [address = '', bits] = proxy.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (most > 0 && isRange && proxy.split('/').length <= 2) return []
  return [
    `server.trusted_proxies: ${JSON.stringify(proxy)} is neither an IP address nor a range like 10.0.0.0/8`,
  ]
}
