import type { Json } from '../std/json.ts'
import type { CompileContext } from './functions-api.ts'
import type { Message } from './message.ts'
import { compileContextRead, compileRead } from './paths.ts'

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
