import { causeChain } from '../telemetry/cause-chain.ts'

/** `Error: text`, then a line for each cause. */
export function failureText(error: unknown): string {
  const [text = '', ...causes] = causeChain(error)
  return `Error: ${text}\n${causes.map(cause => `  Caused by: ${cause}\n`).join('')}`
}
