const MAX_CAUSES = 8

/** The messages of an error and of its causes, outermost first; anything may be thrown, so anything is taken. */
export function causeChain(error: unknown): string[] {
  const messages: string[] = []
  let current = error
  while (current !== undefined && current !== null && messages.length < MAX_CAUSES) {
    messages.push(messageOf(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return messages.length > 0 ? messages : [String(error)]
}

/** The whole chain on one line, for a log field. */
export function causeLine(error: unknown): string {
  return causeChain(error).join(': ')
}

/** Where the innermost error was thrown: that stack says what happened. */
export function innermostStack(error: unknown): string | undefined {
  let current = error
  for (let depth = 0; depth < MAX_CAUSES; depth++) {
    if (!(current instanceof Error && current.cause instanceof Error)) break
    current = current.cause
  }
  return current instanceof Error ? current.stack : undefined
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return `${error.message || error.name} (${error.errors.map(messageOf).join('; ')})`
  }
  if (error instanceof Error) return error.message || error.name
  if (typeof error === 'string') return error
  // An object without a prototype has no String().
  const text = typeof error === 'object' ? Object.prototype.toString.call(error) : String(error)
  return `${typeof error} thrown: ${text}`
}
