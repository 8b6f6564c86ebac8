import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CanonicalText } from '../std/canonical-text.ts'
import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'
import { type Change, changesBetween } from './changes.ts'

const task = (id: string, more: JsonObject = {}): JsonObject => ({ id, function: { name: 'map' }, ...more })
const [a, b, c, x] = [task('a'), task('b'), task('c'), task('x')]

describe.each<[string, Json, Json, Change[]]>([
  ['equal definitions have no differences', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['the order of keys is none', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, []],
  ['a member is set', { a: { b: 1, c: 2 } }, { a: { b: 3, c: 2 } }, [{ path: 'a.b', old: 1, new: 3 }]],
  ['null is something else than nothing', { a: null }, {}, [{ path: 'a', old: null }]],
  ['and the other way round', {}, { a: null }, [{ path: 'a', new: null }]],
  [
    'what is of another kind is told whole',
    { a: [1] },
    { a: { 0: 1 } },
    [{ path: 'a', old: [1], new: { 0: 1 } }],
  ],
  ['a text is no number', { a: '1' }, { a: 1 }, [{ path: 'a', old: '1', new: 1 }]],
  [
    'integers beyond 2^53 are exact',
    [2n ** 60n],
    [2n ** 60n + 1n],
    [{ path: '[0]', old: 2n ** 60n, new: 2n ** 60n + 1n }],
  ],
  ['the whole has an empty path', 1, 2, [{ path: '', old: 1, new: 2 }]],
  [
    'keys come sorted',
    { b: 1, a: 1 },
    { b: 2, a: 2 },
    [
      { path: 'a', old: 1, new: 2 },
      { path: 'b', old: 1, new: 2 },
    ],
  ],
  [
    'operators need no quotes',
    { '==': [1, { var: 'a' }] },
    { '==': [1, { var: 'b' }] },
    [{ path: '==[1].var', old: 'a', new: 'b' }],
  ],
  [
    'other names are quoted',
    { a: { 'b.c': 1, '': 1, 'd "e"[0]': 1 } },
    { a: {} },
    [
      { path: 'a[""]', old: 1 },
      { path: 'a["b.c"]', old: 1 },
      { path: 'a["d \\"e\\"[0]"]', old: 1 },
    ],
  ],
  ['a digit is a key where it is one', { a: { 0: 1 } }, { a: { 0: 2 } }, [{ path: 'a.0', old: 1, new: 2 }]],
  [
    'an inserted task is one difference',
    { tasks: [a, b] },
    { tasks: [a, x, b] },
    [{ path: 'tasks[1]', new: x }],
  ],
  [
    'a removed task has its old index',
    { tasks: [a, b, c] },
    { tasks: [a, c] },
    [{ path: 'tasks[1]', old: b }],
  ],
  [
    'a task is compared with its namesake',
    { tasks: [a, b] },
    { tasks: [x, a, task('b', { condition: true })] },
    [
      { path: 'tasks[0]', new: x },
      { path: 'tasks[2].condition', new: true },
    ],
  ],
  [
    'another id is another task',
    { tasks: [a] },
    { tasks: [x] },
    [
      { path: 'tasks[0]', old: a },
      { path: 'tasks[0]', new: x },
    ],
  ],
  [
    'a new order is told by ids',
    { tasks: [a, b, c] },
    { tasks: [c, x, a] },
    [
      { path: 'tasks[1]', old: b },
      { path: 'tasks[].id', old: ['a', 'c'], new: ['c', 'a'] },
      { path: 'tasks[1]', new: x },
    ],
  ],
  ['ids that two have tell nothing', { tasks: [a, a] }, { tasks: [a, x, a] }, [{ path: 'tasks[1]', new: x }]],
  ['an element without an id leaves places', [a, 1], [b, 1], [{ path: '[0].id', old: 'a', new: 'b' }]],
  ['what is put into a list is one difference', [1, 2, 3], [1, 9, 2, 3], [{ path: '[1]', new: 9 }]],
  ['what is taken from a list is one difference', [1, 2, 3], [1, 3], [{ path: '[1]', old: 2 }]],
  [
    'the rest is compared one by one',
    [0, { a: 1 }, 2, 9],
    [0, { a: 2 }, 9],
    [
      { path: '[2]', old: 2 },
      { path: '[1].a', old: 1, new: 2 },
    ],
  ],
])('%s', (_, old, next, changes) => {
  test('in what changes', () => expect(changesBetween(old, next)).toEqual(changes))
  test('so that they lead from the one to the other', () => expect(applied(old, changes)).toEqual(next))
})

test('a zero has no sign', () => expect(changesBetween({ a: -0 }, { a: 0 })).toEqual([]))

test('names of the prototype are names', () => {
  const old: Json = JSON.parse('{"constructor": {"a": 1}, "__proto__": {"a": 1}}')
  const next: Json = JSON.parse('{"constructor": {"a": 1}, "__proto__": {"a": 2}}')
  expect(changesBetween(old, next)).toEqual([{ path: '__proto__.a', old: 1, new: 2 }])
  expect(changesBetween(old, {}).map(({ path }) => path)).toEqual(['__proto__', 'constructor'])
  expect(changesBetween({}, old).map(({ path }) => path)).toEqual(['__proto__', 'constructor'])
})

describe('more differences than anybody reads', () => {
  const numbers = (length: number, from: number) => Array.from({ length }, (_, at) => from + at)

  test('are told together', () => {
    expect(
      changesBetween({ few: [1], many: numbers(1001, 0) }, { few: [2], many: numbers(1001, 5000) }),
    ).toEqual([
      { path: 'few[0]', old: 1, new: 2 },
      { path: 'many', old: numbers(1001, 0), new: numbers(1001, 5000) },
    ])
  })

  test('are told one by one while they are few enough', () => {
    expect(changesBetween(numbers(1000, 0), numbers(1000, 5000))).toHaveLength(1000)
  })

  test('leave those beside them alone', () => {
    const changes = changesBetween(
      { one: numbers(700, 0), other: numbers(600, 0) },
      { one: numbers(700, 5000), other: numbers(600, 5000) },
    )
    expect(changes.filter(({ path }) => path === 'one')).toHaveLength(1)
    expect(changes).toHaveLength(601)
  })
})

test('what is too deep to be compared is told as another', () => {
  const deep = (leaf: Json): Json => {
    let value = leaf
    for (let depth = 0; depth < 100_000; depth++) value = [value]
    return value
  }
  expect(changesBetween({ a: 1, deep: deep(1) }, { a: 1, deep: deep(1) })).toHaveLength(1)
  const same = deep(1)
  expect(changesBetween({ a: 1, deep: same }, { a: 2, deep: same })).toEqual([{ path: 'a', old: 1, new: 2 }])
})

const name = fc.constantFrom('id', 'a', 'b.c', '[0]', '"', '0', '', '__proto__')
const { tree } = fc.letrec<{ tree: Json }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, 1, 'p', 'q', 2n ** 60n),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
    fc.uniqueArray(fc.record({ id: fc.constantFrom('p', 'q', 'r', 's'), a: tie('tree') }), {
      selector: ({ id }) => id,
      maxLength: 4,
    }),
  ),
}))

test('the changes between any two values lead from the one to the other', () => {
  fc.assert(
    fc.property(tree, tree, (old, next) => {
      const changes = changesBetween(old, next)
      expect(textOf(applied(old, changes))).toBe(textOf(next))
      expect(changes.length === 0).toBe(textOf(old) === textOf(next))
    }),
    { numRuns: 5000 },
  )
})

/** Equal for equal values alone; `Bun.deepEquals` finds an own `__proto__` equal to anything. */
function textOf(value: Json): string {
  const text = new CanonicalText(1_000_000)
  text.value(value)
  return text.digest()
}

/** Does what the changes say: what is taken away last first, then the orders from the inside out, then the rest. */
function applied(old: Json, changes: readonly Change[]): Json {
  const holder: JsonObject = { root: copy(old) }
  apply(
    holder,
    'root',
    changes.map(change => ({ change, steps: stepsOf(change.path) })),
  )
  return own(holder, 'root') ?? null
}

interface Stepped {
  readonly change: Change
  readonly steps: readonly (string | number)[]
}

const ORDER = '[].id'

/** Applies to the member of a container the changes at it and below it. */
function apply(container: JsonObject | Json[], key: string | number, changes: readonly Stepped[]): void {
  const [here] = changes.filter(({ steps }) => steps.length === 0)
  if (here !== undefined) {
    put(container, key, here.change.new ?? null)
    return
  }
  const value = Array.isArray(container) ? container[Number(key)] : own(container, String(key))
  if (Array.isArray(value)) applyToList(value, changes)
  else if (isObject(value)) applyToObject(value, changes)
  else if (changes.length > 0) throw new Error('A change leads nowhere')
}

function applyToObject(object: JsonObject, changes: readonly Stepped[]): void {
  for (const [step, below] of Map.groupBy(changes, ({ steps }) => steps[0] ?? '')) {
    const [only] = below
    const isHere = only?.steps.length === 1
    if (isHere && only.change.new === undefined) delete object[String(step)]
    else if (isHere) put(object, step, only.change.new ?? null)
    else apply(object, step, below.map(inner))
  }
}

function applyToList(list: Json[], changes: readonly Stepped[]): void {
  const isTaken = ({ change, steps }: Stepped) => steps.length === 1 && change.new === undefined
  for (const { steps } of changes.filter(isTaken).toReversed()) list.splice(Number(steps[0]), 1)
  const order = changes.find(({ steps }) => steps[0] === ORDER)
  if (order !== undefined) {
    const ids = order.change.new
    if (!Array.isArray(ids)) throw new Error('An order is a list of ids')
    list.sort((one, other) => ids.indexOf(idOf(one)) - ids.indexOf(idOf(other)))
  }
  const rest = changes.filter(change => !isTaken(change) && change !== order)
  for (const [step, below] of Map.groupBy(rest, ({ steps }) => Number(steps[0]))) {
    const [only] = below
    if (only?.steps.length === 1 && only.change.old === undefined)
      list.splice(step, 0, only.change.new ?? null)
    else apply(list, step, below.map(inner))
  }
}

const inner = ({ change, steps }: Stepped): Stepped => ({ change, steps: steps.slice(1) })
const idOf = (item: Json): Json => (isObject(item) ? (own(item, 'id') ?? null) : null)

function put(container: JsonObject | Json[], key: string | number, value: Json): void {
  if (Array.isArray(container)) container[Number(key)] = copy(value)
  else setOwn(container, String(key), copy(value))
}

/** A path as anybody would read it, which shows that it can be read in one way only. */
function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = []
  for (let at = 0; at < path.length; ) {
    const rest = path.slice(at)
    const [text, index, quoted, plain] =
      /^(?:\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]"\s]+)|\[\]\.id$)/.exec(rest) ?? []
    if (text === undefined) throw new Error(`Cannot read the path ${path}`)
    if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(String(JSON.parse(quoted)))
    else steps.push(plain ?? ORDER)
    at += text.length
  }
  return steps
}

function copy(value: Json): Json {
  return structuredClone(value)
}
