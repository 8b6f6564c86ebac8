import type { Evaluate } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import { type Builder, type CallNode, isLiteral, literal, type Node, type Operator } from '../node.ts'
import { toText } from '../values/text.ts'

export const cat: Operator = {
  name: 'cat',
  summary: 'The texts of all arguments, one after the other.',
  args: { '...values': 'null is nothing, an array its elements, an object compact JSON' },
  example: { rule: { cat: ['Hello, ', { var: 'name' }, '!'] }, data: { name: 'Ada' }, result: 'Hello, Ada!' },
  foldable: true,
  simplify: joinNeighbours,
  build(call, builder) {
    const { meter } = builder
    const { texts, runs } = template(call.args, builder)
    const [before = '', between = '', after = ''] = texts
    const [first, second] = runs
    if (first === undefined) return () => before
    if (runs.length === 1) {
      return (data, frame) => {
        const value = first(data, frame)
        return checked(before + (typeof value === 'string' ? value : toText(value, meter)) + between, meter)
      }
    }
    if (runs.length === 2 && second !== undefined) {
      return (data, frame) => {
        const a = first(data, frame)
        const b = second(data, frame)
        const head = before + (typeof a === 'string' ? a : toText(a, meter)) + between
        return checked(head + (typeof b === 'string' ? b : toText(b, meter)) + after, meter)
      }
    }
    return (data, frame) => {
      let text = before
      for (let index = 0; index < runs.length; index++) {
        const value = runs[index]?.(data, frame) ?? null
        text += (typeof value === 'string' ? value : toText(value, meter)) + (texts[index + 1] ?? '')
      }
      return checked(text, meter)
    }
  },
}

function checked(text: string, meter: Meter): string {
  if (text.length > meter.limits.maxResultChars) meter.text(text.length)
  return text
}

/** Computed arguments, and the constant texts before, between and after them: always one more. */
function template(args: readonly Node[], builder: Builder): { texts: string[]; runs: Evaluate[] } {
  const texts = ['']
  const runs: Evaluate[] = []
  for (const arg of args) {
    if (isLiteral(arg)) texts[runs.length] += toText(arg.value, builder.meter)
    else {
      runs.push(builder.build(arg))
      texts.push('')
    }
  }
  return { texts, runs }
}

function joinNeighbours(call: CallNode): Node {
  const args: Node[] = []
  for (const arg of call.args) {
    const last = args.at(-1)
    if (
      isLiteral(arg) &&
      typeof arg.value === 'string' &&
      isLiteral(last) &&
      typeof last.value === 'string'
    ) {
      args[args.length - 1] = literal(last.value + arg.value)
    } else args.push(arg)
  }
  return args.length === call.args.length ? call : { ...call, args }
}
