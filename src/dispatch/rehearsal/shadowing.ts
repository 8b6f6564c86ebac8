import type { Portions } from '../../std/portions.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { Shadow, shadowLimits } from './shadow.ts'
import { ShadowQueue } from './shadow-queue.ts'
import { compileStubbed, type RehearsalNeeds, type StubbedVersion } from './stubbed-version.ts'

/** Where all shadows of a server run. Disposing ends them. */
export interface Shadowing extends Disposable {
  compile(draft: Workflow): Portions<StubbedVersion>
  open(draft: StubbedVersion): Shadow
}

export function openShadowing(given: RehearsalNeeds): Shadowing {
  const needs = { ...given, limits: shadowLimits(given.limits) }
  const queue = new ShadowQueue(given.clock)
  return {
    compile: draft => compileStubbed(draft, needs),
    open: draft => new Shadow(draft, queue, needs.maxResultBytes),
    [Symbol.dispose]: () => queue[Symbol.dispose](),
  }
}
