import type { Detail } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { ROOTS } from './context.ts'
import type { CompileContext } from './functions-api.ts'
import type { Message } from './message.ts'
import { contextPathProblems } from './path-problems.ts'
import { compileContextRead, compileRead } from './paths.ts'

/** A source is `payload`, below it, or below a root of the context. */
export function sourceProblems({ source }: { source: string }): Detail[] {
  if (source === 'payload' || source.startsWith('payload.')) return []
  return contextPathProblems(source, 'source', ['payload', ...ROOTS])
}

/** Reads `payload`, `payload.a.b` or any path of the context; undefined when there is nothing. */
export function compileSource(
  source: string,
  context: CompileContext,
): (message: Message) => Json | undefined {
  if (source === 'payload') return message => message.payload
  if (source.startsWith('payload.')) {
    const read = compileRead(source.slice('payload.'.length))
    return message => read(message.payload)
  }
  context.reads(source)
  const read = compileContextRead(source)
  return message => read(message.context)
}
