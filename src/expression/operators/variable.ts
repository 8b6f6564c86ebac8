import type { Json } from '../../std/json.ts'
import { ancestor } from '../build-path.ts'
import type { Evaluate } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import {
  type Builder,
  type CallNode,
  isLiteral,
  literal,
  type Node,
  type Operator,
  type PathNode,
  type Reads,
} from '../node.ts'
import { dottedSteps, indexStep, keyStep, readDotted, readStep, type Step } from '../path.ts'
import { isNumeric } from '../values/integer.ts'
import { numberText } from '../values/number.ts'

export const variable: Operator = {
  name: 'var',
  summary: 'Reads a variable by its dotted path; the default is used only when the path is absent.',
  args: {
    path: 'Dotted path, or a number; "" reads the whole of the current data',
    'default?': 'Used when the path is absent',
  },
  example: {
    rule: { var: ['order.items.0.price', 0] },
    data: { order: { items: [{ price: 12 }] } },
    result: 12,
  },
  foldable: false,
  simplify(call) {
    const [first, fallback] = call.args
    if (first === undefined) return path([], null)
    if (!isLiteral(first)) return call
    const { value } = first
    if (value === null) return path([], null)
    if (isNumeric(value)) return path(dottedSteps(numberText(value)), fallback ?? null)
    if (typeof value === 'string') return path(dottedSteps(value), fallback ?? null)
    return typeof value === 'boolean' ? literal(null) : call
  },
  build: buildVariable,
  reads: chainReads,
}

export const value: Operator = {
  name: 'val',
  summary: 'Reads a variable by its keys, one argument each; a first argument [n] looks n scopes outwards.',
  args: { '...keys': 'Keys and indexes from the outside in; none reads the whole of the current data' },
  example: { rule: { val: ['order', 'a.b', 0] }, data: { order: { 'a.b': [7] } }, result: 7 },
  foldable: false,
  simplify(call) {
    const [first, ...rest] = call.args
    const scope = scopeLevel(first)
    const steps = staticSteps(scope === undefined ? call.args : rest)
    if (steps === undefined) return call
    if (scope === undefined && call.args.length === 1 && isLiteral(first) && first.value === '') {
      return path(steps, path([], null))
    }
    return { ...path(steps, null), level: scope ?? null }
  },
  build: buildChain,
  reads: chainReads,
}

function path(steps: readonly Step[], fallback: Node | null): PathNode {
  return { kind: 'path', steps, level: null, fallback }
}

/** `[n]` as the first argument. */
function scopeLevel(node: Node | undefined): number | undefined {
  if (!isLiteral(node) || !Array.isArray(node.value)) return undefined
  const [level] = node.value
  return isNumeric(level) ? Math.trunc(Number(level)) : undefined
}

function staticSteps(args: readonly Node[]): Step[] | undefined {
  const steps: Step[] = []
  for (const arg of args) {
    if (!isLiteral(arg)) return undefined
    const step = staticStep(arg.value)
    if (step === undefined) return undefined
    steps.push(step)
  }
  return steps
}

function staticStep(part: Json): Step | undefined {
  if (typeof part === 'string') return keyStep(part)
  return isNumeric(part) ? indexStep(Number(part)) : undefined
}

/** A computed path with a default; a constant array in its place begins a chain. */
function buildVariable(call: CallNode, builder: Builder): Evaluate {
  const [first, fallback] = call.args
  if (call.args.length !== 2 || first === undefined || fallback === undefined || isLiteral(first)) {
    return buildChain(call, builder)
  }
  const part = builder.build(first)
  const otherwise = builder.build(fallback)
  return (data, frame) => {
    const found = readComputed(data, part(data, frame), builder.meter)
    return found === undefined ? otherwise(data, frame) : found
  }
}

/** A path of which some part is computed. */
function buildChain(call: CallNode, builder: Builder): Evaluate {
  const [first, ...rest] = call.args
  const level = scopeLevel(first)
  const parts = (level === undefined ? call.args : rest).map(arg => builder.build(arg))
  if (level !== undefined) builder.usesFrame(true)
  const [only] = parts
  const { meter } = builder
  if (level === undefined && parts.length === 1 && only !== undefined) {
    return (data, frame) => readComputed(data, only(data, frame), meter) ?? null
  }
  return (data, frame) => {
    let current: Json | undefined =
      level === undefined || level === 0 ? data : ancestor(frame, Math.abs(level))
    for (const part of parts) {
      const key = part(data, frame)
      current = current === undefined ? undefined : readPart(current, key)
    }
    return current ?? null
  }
}

/** A single computed part: a text is a key first and then a dotted path, an array is a chain, null is the whole. */
function readComputed(data: Json, part: Json, meter: Meter): Json | undefined {
  if (part === null) return data
  if (typeof part === 'string') {
    const direct = readStep(data, keyStep(part))
    return direct === undefined ? readDotted(data, part, meter) : direct
  }
  if (!Array.isArray(part)) return readPart(data, part)
  let current: Json | undefined = data
  for (const key of part) current = current === undefined ? undefined : readPart(current, key)
  return current
}

/** One computed step; "" stays where it is unless there is such a key. */
function readPart(value: Json, part: Json): Json | undefined {
  const step = computedStep(part)
  if (step === undefined) return undefined
  return readStep(value, step) ?? (part === '' ? value : undefined)
}

/** A computed number reads an index, or the key of that name. */
function computedStep(part: Json): Step | undefined {
  if (typeof part === 'string') return keyStep(part)
  return isNumeric(part) ? keyStep(numberText(part)) : undefined
}

/** Known as far as the leading parts are constant: everything under them may be read. */
function chainReads(call: CallNode): Reads {
  const [first, ...rest] = call.args
  const level = scopeLevel(first)
  const known: string[] = []
  for (const arg of level === undefined ? call.args : rest) {
    const step = isLiteral(arg) ? staticStep(arg.value) : undefined
    if (step === undefined) break
    known.push(step.key ?? String(step.index))
  }
  if (level !== undefined && level !== 0) return { scoped: [], root: [known] }
  return { scoped: known.length === 0 ? 'any' : [known] }
}
