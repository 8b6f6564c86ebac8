import type { HmacAuth } from './definition.ts'
import type { Presented } from './verifier.ts'

/** What a signed request carries. */
export interface SignedRequest {
  /** Texts of the signatures; one of them has to hold. */
  readonly signatures: readonly string[]
  /** What is signed in front of the body. */
  readonly before: string
  /** When it was signed, seconds since the Unix epoch; undefined when that is not told. */
  readonly atSecs: number | undefined
}

/** Where a provider puts its signature, and what it signs. */
export interface WebhookScheme {
  readonly header: string
  readonly prefix: string
  /** `value` is that of the signature's header. Undefined when something is missing or has another form. */
  read(value: string, prefix: string, presented: Presented): SignedRequest | undefined
}

/** Longer values are of nobody's making. */
const MAX_HEADER_CHARACTERS = 4096
const MAX_SIGNATURES = 16
const SECONDS = /^\d{1,12}$/

/** A signature of the body alone. */
const plain: WebhookScheme = {
  header: 'X-Signature',
  prefix: '',
  read(value, prefix) {
    if (!value.startsWith(prefix)) return undefined
    return { signatures: [value.slice(prefix.length)], before: '', atSecs: undefined }
  },
}

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
const github: WebhookScheme = { ...plain, header: 'X-Hub-Signature-256', prefix: 'sha256=' }

/** `t=<seconds>,v1=<hex>,...` over `<seconds>.<body>`: https://docs.stripe.com/webhooks#verify-manually */
const stripe: WebhookScheme = {
  header: 'Stripe-Signature',
  prefix: 'v1=',
  read(value, prefix) {
    const items = value.split(',')
    const times = items.filter(item => item.startsWith('t='))
    const signatures = items.filter(item => item.startsWith(prefix)).map(item => item.slice(prefix.length))
    const time = times[0]?.slice('t='.length)
    if (time === undefined || times.length > 1 || !SECONDS.test(time)) return undefined
    if (signatures.length > MAX_SIGNATURES) return undefined
    return { signatures, before: `${time}.`, atSecs: Number(time) }
  },
}

const SLACK_TIME = 'x-slack-request-timestamp'

/** `v0=<hex>` over `v0:<seconds>:<body>`: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const slack: WebhookScheme = {
  header: 'X-Slack-Signature',
  prefix: 'v0=',
  read(value, prefix, presented) {
    const time = presented.header(SLACK_TIME)
    if (time === null || !SECONDS.test(time) || !value.startsWith(prefix)) return undefined
    return { signatures: [value.slice(prefix.length)], before: `v0:${time}:`, atSecs: Number(time) }
  },
}

const SCHEMES = { github, stripe, slack } as const

export function webhookScheme(name: HmacAuth['scheme']): WebhookScheme {
  return name === undefined ? plain : SCHEMES[name]
}

/** Whether requests of the scheme say when they were signed. */
export function tellsTime(name: string | undefined): boolean {
  return name === 'stripe' || name === 'slack'
}

export function readSigned(
  scheme: WebhookScheme,
  value: string | null,
  prefix: string,
  presented: Presented,
): SignedRequest | undefined {
  if (value === null || value.length > MAX_HEADER_CHARACTERS) return undefined
  return scheme.read(value, prefix, presented)
}
