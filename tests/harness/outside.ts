import { Type } from '@sinclair/typebox'
import { defineFunction } from '../../src/engine/define-function.ts'
import type { FunctionDescriptor } from '../../src/engine/functions-api.ts'
import { assignNew, compilePlace } from '../../src/engine/paths.ts'
import { Logic } from '../../src/expression/logic.ts'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { task } from './samples.ts'

/** A far side that counts what it was asked. */
export interface Outside {
  /** Bodies of the calls that write, in order. */
  readonly sent: Json[]
  /** Calls that read. */
  fetched: number
  /** `send` writes, `fetch` reads; both answer `{"ok": true}` where `output` says. */
  readonly functions: readonly FunctionDescriptor[]
}

export function outside(): Outside {
  const sent: Json[] = []
  const far: { fetched: number } = { fetched: 0 }
  const call = (
    name: string,
    retrySafety: FunctionDescriptor['retrySafety'],
    done: (body: Json) => void,
  ): FunctionDescriptor =>
    defineFunction({
      name,
      category: 'connector',
      summary: name,
      input: Type.Object({
        body_logic: Type.Optional(Logic('What is sent')),
        output: Type.Optional(Type.String()),
      }),
      example: { input: {}, result: {} },
      retrySafety,
      compile({ body_logic = null, output }, { logic, limits }) {
        const body = logic(body_logic)
        const place = output === undefined ? undefined : compilePlace(output, limits.maxArrayPadding)
        return run => {
          done(body.evaluate(run.message.context, run.budget))
          if (place !== undefined) assignNew(run, place, { ok: true })
          return 200
        }
      },
    })
  return {
    sent,
    get fetched() {
      return far.fetched
    },
    functions: [
      call('send', 'unsafe_write', body => sent.push(body)),
      call('fetch', 'read', () => far.fetched++),
    ],
  }
}

export function sendTask(input: JsonObject = {}): JsonObject {
  return task('send', input)
}
