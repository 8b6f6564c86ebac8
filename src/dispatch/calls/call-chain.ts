import { CallError } from '../../engine/call-error.ts'

/** Who called whom, with the one that is called now. Throws VALIDATION_ERROR for one that is on it already, or is one too many. */
export function extendedChain(chain: readonly string[], name: string, maxDepth: number): readonly string[] {
  const extended = [...chain, name]
  const told = extended.join(' -> ')
  if (chain.includes(name)) {
    throw new CallError('VALIDATION_ERROR', `channel_call: cycle detected: ${told}`)
  }
  if (chain.length > maxDepth) {
    throw new CallError(
      'VALIDATION_ERROR',
      `channel_call: max call depth ${maxDepth} exceeded (chain: ${told})`,
    )
  }
  return extended
}
