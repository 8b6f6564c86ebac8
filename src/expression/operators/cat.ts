import { type CallNode, isLiteral, literal, type Node, type Operator } from '../node.ts'
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
    const runs = call.args.map(arg => builder.build(arg))
    return (data, frame) => {
      let text = ''
      for (const run of runs) {
        const value = run(data, frame)
        text += typeof value === 'string' ? value : toText(value, meter)
      }
      meter.text(text.length)
      return text
    }
  },
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
