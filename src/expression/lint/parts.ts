import { isObject, type Json } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'
import { operatorsByName } from '../operators/index.ts'

/** Anything that is written in an expression, and where. */
export interface Part {
  readonly path: string
  readonly value: Json
  /** The whole expression, an argument of an operator, or a member of an array or of an output object. */
  readonly place: 'whole' | 'argument' | 'member'
  /** The operator that it is an argument of. */
  readonly operator: string | undefined
  /** Which argument. */
  readonly index: number
}

/** The name and arguments of a call; undefined for everything else. */
export interface WrittenCall {
  readonly name: string
  readonly args: readonly Json[]
  /** Whether the arguments are written as an array. */
  readonly list: boolean
}

/** An object with one key, whatever the key. */
export function writtenCall(value: Json): WrittenCall | undefined {
  if (!isObject(value)) return undefined
  const [name, ...others] = Object.keys(value)
  if (name === undefined || others.length > 0) return undefined
  const argument = value[name] ?? null
  const list = Array.isArray(argument)
  return { name, args: list ? argument : [argument], list }
}

export function isOperator(name: string): boolean {
  return operatorsByName.has(name)
}

/** Every part of an expression, outer ones first; `path` is where it is written. */
export function partsOf(path: string, rule: Json): Part[] {
  const parts: Part[] = []
  collect({ path, value: rule, place: 'whole', operator: undefined, index: 0 }, parts)
  return parts
}

function collect(part: Part, parts: Part[]): void {
  parts.push(part)
  const { path, value } = part
  if (typeof value !== 'object' || value === null) return
  const call = writtenCall(value)
  if (call !== undefined && isOperator(call.name)) {
    const argument = innerPath(path, call.name)
    for (const [index, arg] of call.args.entries()) {
      const at = call.list ? innerPath(argument, index) : argument
      collect({ path: at, value: arg, place: 'argument', operator: call.name, index }, parts)
    }
    return
  }
  const members: Iterable<readonly [string | number, Json]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value)
  for (const [name, member] of members) {
    collect({ ...part, path: innerPath(path, name), value: member, place: 'member' }, parts)
  }
}
