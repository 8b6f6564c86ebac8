import { systemClock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { ClosureBuilder } from './build.ts'
import { FOLDING_BUDGET } from './compile.ts'
import { PlacingParser } from './explain/places.ts'
import { ExpressionError, type Limits } from './expression.ts'
import type { LogicMode } from './logic.ts'
import { Meter } from './meter.ts'
import type { Node } from './node.ts'
import { operatorsByName } from './operators/index.ts'
import { outcomesOf } from './outcomes.ts'
import { eachRead, type Read } from './reads.ts'

/** A read, and where in the rule it is written: `and[1].>[0].var`. */
export interface PlacedRead extends Omit<Read, 'reader'> {
  readonly at: string
  /** The operator that reads: `var`, `missing`. */
  readonly operator: string
}

/** What can be said of a rule without data. */
export interface Analysis {
  /** Bits of `OUTCOME`. */
  readonly outcomes: number
  readonly reads: readonly PlacedRead[]
}

/** Looks at a rule as `compile` reads it; undefined when it does not compile. */
export function analyze(
  rule: Json,
  { mode, limits }: { mode: LogicMode; limits: Limits },
): Analysis | undefined {
  const folder = new ClosureBuilder(new Meter(limits), systemClock)
  folder.meter.remaining = FOLDING_BUDGET
  const parser = new PlacingParser({ mode, limits, operators: operatorsByName, folder })
  try {
    const node = parser.read(rule)
    return { outcomes: outcomesOf(node), reads: placedReads(node, parser) }
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

function placedReads(node: Node, parser: PlacingParser): PlacedRead[] {
  const reads: PlacedRead[] = []
  eachRead(node, ({ path, inBody, reader }) => {
    const place = parser.placeOf(reader)
    const call =
      typeof place?.rule === 'object' && place.rule !== null ? Object.entries(place.rule)[0] : undefined
    const [operator = '', argument = null] = call ?? []
    const first = Array.isArray(argument) && argument.length > 0 ? '[0]' : ''
    const outer = place === undefined || place.path === '' ? '' : `${place.path}.`
    reads.push({ path, inBody, operator, at: place === undefined ? '' : `${outer}${operator}${first}` })
  })
  return reads
}
