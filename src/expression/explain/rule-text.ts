import { isObject, type Json, type JsonObject } from '../../std/json.ts'

const MAX_CHARS = 400

/** How strongly an operator binds; operators without a rank are written as calls. */
const RANKS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '??': 3,
  '==': 4,
  '===': 4,
  '!=': 4,
  '!==': 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  in: 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
}
const UNARY = 8
const ATOM = 9

/** A rule as people write it: `data.order.total > 10000 and data.country == "AT"`. */
export function ruleText(rule: Json): string {
  const { text } = write(rule)
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS).toWellFormed()}…` : text
}

interface Written {
  readonly text: string
  readonly rank: number
}

function write(rule: Json): Written {
  if (Array.isArray(rule)) return atom(`[${rule.map(item => write(item).text).join(', ')}]`)
  if (!isObject(rule)) return atom(JSON.stringify(rule))
  const [name, ...others] = Object.keys(rule)
  if (name === undefined || others.length > 0) return atom(writeObject(rule))
  const given = rule[name] ?? null
  return writeCall(name, Array.isArray(given) ? given : [given])
}

function writeObject(object: JsonObject): string {
  const entries = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}: ${write(value).text}`)
  return `{${entries.join(', ')}}`
}

function writeCall(name: string, args: readonly Json[]): Written {
  const [first = null, second] = args
  if (name === 'var' || name === 'val') return atom(variableText(name, args))
  if ((name === '!' || name === 'not') && args.length === 1) {
    return { text: `not ${within(first, UNARY)}`, rank: UNARY }
  }
  if (name === 'if' || name === '?:') return { text: conditionalText(args), rank: 0 }
  const rank = RANKS[name]
  if (rank === undefined || second === undefined) {
    return atom(`${name}(${args.map(arg => write(arg).text).join(', ')})`)
  }
  return { text: args.map(arg => within(arg, rank + 1)).join(` ${name} `), rank }
}

function within(rule: Json, rank: number): string {
  const written = write(rule)
  return written.rank < rank ? `(${written.text})` : written.text
}

function conditionalText(args: readonly Json[]): string {
  const branches: string[] = []
  for (let at = 0; at + 1 < args.length; at += 2) {
    branches.push(`if ${write(args[at] ?? null).text} then ${within(args[at + 1] ?? null, 1)}`)
  }
  if (args.length % 2 === 1) branches.push(within(args.at(-1) ?? null, 1))
  return branches.join(' else ')
}

/** A name that needs no quotes; the whole of the data, a computed path and another scope are written as they are. */
function variableText(operator: string, [path, fallback, ...more]: readonly Json[]): string {
  const isName = typeof path === 'string' && path !== ''
  if (operator === 'var' && isName) {
    return fallback === undefined ? path : `(${path} or else ${write(fallback).text})`
  }
  const keys = [path, fallback, ...more].filter(part => part !== undefined)
  if (operator === 'val' && keys.length > 0 && keys.every(key => typeof key === 'string' && key !== '')) {
    return keys.join('.')
  }
  return `${operator}(${keys.map(part => write(part).text).join(', ')})`
}

function atom(text: string): Written {
  return { text, rank: ATOM }
}
