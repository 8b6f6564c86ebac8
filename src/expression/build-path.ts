import type { Json } from '../std/json.ts'
import type { Evaluate, Frame } from './evaluate.ts'
import type { Builder, PathNode } from './node.ts'
import { plainKeys, readSteps, type Step } from './path.ts'
import { plainReader } from './plain-reader.ts'

/** The code of a variable. Absent values read as null, or as the fallback when there is one. */
export function buildPath(node: PathNode, builder: Builder): Evaluate {
  const read =
    node.level === null ? currentReader(node.steps, builder) : scopeReader(node, node.level, builder)
  if (node.fallback === null) return orNull(node, read)
  const fallback = builder.build(node.fallback)
  return (data, frame) => {
    const value = read(data, frame)
    return value === undefined ? fallback(data, frame) : value
  }
}

type Read = (data: Json, frame: Frame) => Json | undefined

function orNull(node: PathNode, read: Read): Evaluate {
  const keys = readsFrame(node) ? undefined : plainKeys(node.steps)
  if (keys !== undefined) return plainReader(keys)
  if (node.level === null && node.steps.length === 0) return data => data
  return (data, frame) => read(data, frame) ?? null
}

/** Whether the node may mean something of its frame rather than of the current data. */
export function readsFrame(node: PathNode): boolean {
  const first = node.steps[0]?.key
  return node.level !== null || first === 'accumulator' || first === 'current'
}

function currentReader(steps: readonly Step[], builder: Builder): Read {
  const first = steps[0]?.key
  if (first !== 'accumulator' && first !== 'current') return data => readSteps(data, steps)
  builder.usesFrame(false)
  const rest = steps.slice(1)
  return (data, frame) => {
    const accumulator = frame.accumulator
    if (accumulator === undefined) return readSteps(data, steps)
    return readSteps(first === 'current' ? data : accumulator, rest)
  }
}

/** `val [[n], ...]`: 0 is the current scope, n goes up n-1 scopes, and as many as there are scopes or more is the root. */
function scopeReader(node: PathNode, level: number, builder: Builder): Read {
  builder.usesFrame(true)
  const { steps } = node
  const name = steps.length === 1 ? steps[0]?.key : undefined
  const up = Math.abs(level)
  return (data, frame) => {
    if (name === 'index' && frame.index >= 0) return frame.index
    if (name === 'key' && frame.key !== null) return frame.key
    return readSteps(up === 0 ? data : ancestor(frame, up), steps)
  }
}

/** What the frame `up - 1` scopes above holds; the root when there are no more than `up` scopes. */
export function ancestor(frame: Frame, up: number): Json {
  if (up >= frame.depth) return frame.root
  let scope = frame
  for (let left = up - 1; left > 0 && scope.parent !== null; left--) scope = scope.parent
  return scope.data
}
