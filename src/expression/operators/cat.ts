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
    if (first === undefined) return () => checked(before, meter)
    if (second === undefined) return aroundOne(before, first, between, meter)
    return runs.length === 2 ? aroundTwo(texts, first, second, after, meter) : aroundMany(texts, runs, meter)
  },
}

function aroundOne(before: string, run: Evaluate, after: string, meter: Meter): Evaluate {
  return (data, frame) => {
    const value = run(data, frame)
    return checked(before + (typeof value === 'string' ? value : toText(value, meter)) + after, meter)
  }
}

function aroundTwo(
  [before = '', between = '']: readonly string[],
  first: Evaluate,
  second: Evaluate,
  after: string,
  meter: Meter,
): Evaluate {
  return (data, frame) => {
    const a = first(data, frame)
    const b = second(data, frame)
    const head = before + (typeof a === 'string' ? a : toText(a, meter)) + between
    return checked(head + (typeof b === 'string' ? b : toText(b, meter)) + after, meter)
  }
}

function aroundMany(texts: readonly string[], runs: readonly Evaluate[], meter: Meter): Evaluate {
  return (data, frame) => {
    let text = texts[0] ?? ''
    for (let index = 0; index < runs.length; index++) {
      const value = runs[index]?.(data, frame) ?? null
      text += (typeof value === 'string' ? value : toText(value, meter)) + (texts[index + 1] ?? '')
      checked(text, meter)
    }
    return text
  }
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
